import net from 'node:net';
import type { AddressInfo } from 'node:net';

const DEADLINE_MS = 10_000;

/** Lets everything that was written to a socket of this process arrive. */
export async function arrived(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** A server that says what the test tells it to, to test a replication link with. */
export class FakeSource {
  private readonly server = net.createServer((socket) => this.accept(socket));
  private readonly accepted: FakeLink[] = [];
  private readonly awaited: ((link: FakeLink) => void)[] = [];
  private readonly sockets = new Set<net.Socket>();

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Connections that nobody has taken yet. */
  get waiting(): number {
    return this.accepted.length;
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  /** The next connection. */
  async link(): Promise<FakeLink> {
    return this.accepted.shift() ?? (await new Promise<FakeLink>((resolve) => this.awaited.push(resolve)));
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private accept(socket: net.Socket): void {
    this.sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    const link = new FakeLink(socket);
    const taker = this.awaited.shift();
    if (taker) taker(link);
    else this.accepted.push(link);
  }
}

/** The source's end of one connection. */
export class FakeLink {
  private readonly socket: net.Socket;
  private text = '';
  private wake: () => void = () => undefined;
  /** Newlines outside of commands: the replica's sign of life while it loads. */
  newlines = 0;
  ended = false;

  constructor(socket: net.Socket) {
    this.socket = socket;
    socket.on('data', (chunk) => {
      this.text += chunk.toString('latin1');
      this.takeNewlines();
      this.wake();
    });
    socket.on('close', () => {
      this.ended = true;
      this.wake();
    });
  }

  /** The words of the next command. @throws when it does not come */
  async command(): Promise<string[]> {
    for (const deadline = Date.now() + DEADLINE_MS; ;) {
      const words = this.takeCommand();
      if (words) return words;
      if (this.ended || Date.now() > deadline) throw new Error(`no command came, only "${this.text}"`);
      await new Promise<void>((resolve) => {
        this.wake = resolve;
        setTimeout(resolve, 50);
      });
    }
  }

  /** A command that has come already. */
  takeCommand(): string[] | undefined {
    const head = /^\*(\d+)\r\n/.exec(this.text);
    if (!head) return undefined;
    const words: string[] = [];
    let at = head[0].length;
    for (let i = 0; i < Number(head[1]); i++) {
      const length = /^\$(\d+)\r\n/.exec(this.text.slice(at));
      if (!length) return undefined;
      at += length[0].length;
      words.push(this.text.slice(at, at + Number(length[1])));
      at += Number(length[1]) + 2;
    }
    if (at > this.text.length) return undefined;
    this.text = this.text.slice(at);
    this.takeNewlines();
    return words;
  }

  send(bytes: string | Buffer): void {
    this.socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  }

  /** Bytes that the other side has not taken yet and that no longer fit the sockets between. */
  get unsentBytes(): number {
    return this.socket.writableLength;
  }

  /** Answers the handshake up to and including PSYNC's reply. @returns the words of PSYNC */
  async shake(psyncReply: string): Promise<string[]> {
    for (;;) {
      const words = await this.command();
      this.send(words[0] === 'PSYNC' ? psyncReply : '+OK\r\n');
      if (words[0] === 'PSYNC') return words;
    }
  }

  hangUp(): void {
    this.socket.destroy();
  }

  private takeNewlines(): void {
    while (this.text.startsWith('\r\n')) {
      this.text = this.text.slice(2);
      this.newlines += 1;
    }
  }
}
