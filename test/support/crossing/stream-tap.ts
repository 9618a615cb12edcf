import { connect, type Socket } from 'node:net';
import { CommandReader } from '../../../electron/engine/protocol/resp/command-reader.ts';
import { eventually } from '../eventually.ts';
import type { RedisProcess } from '../redis-server.ts';

/** A command as a source sends it, with its offset. */
export interface StreamedCommand {
  readonly bytes: Buffer;
  readonly endOffset: number;
}

/** The replication stream of a server without persistence, from its present end on. */
export interface StreamTap {
  /** All that the source has sent since the last call, up to what it has run by now. */
  take(): Promise<readonly StreamedCommand[]>;
  close(): void;
}

export async function tapStream(server: RedisProcess): Promise<StreamTap> {
  const client = server.client();
  const socket = connect(server.port, '127.0.0.1');
  let pending = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => (pending = Buffer.concat([pending, chunk])));
  socket.on('error', () => {});
  socket.write('PSYNC ? -1\r\n');
  let base = 0;
  await eventually('the snapshot is over', () => {
    const head = /^\n*\+FULLRESYNC \w+ (\d+)\r\n\n*\$(\d+)\r\n/.exec(pending.toString('latin1'));
    if (!head || pending.length < head[0].length + Number(head[2])) return false;
    base = Number(head[1]);
    pending = pending.subarray(head[0].length + Number(head[2]));
    return true;
  });
  return new Tap(
    socket,
    () => pending,
    base,
    async () => {
      const info = await client.info('replication');
      return Number(/master_repl_offset:(\d+)/.exec(info)![1]);
    },
  );
}

class Tap implements StreamTap {
  readonly #socket: Socket;
  readonly #received: () => Buffer;
  readonly #base: number;
  readonly #offset: () => Promise<number>;
  readonly #reader = new CommandReader();
  #at = 0;

  constructor(socket: Socket, received: () => Buffer, base: number, offset: () => Promise<number>) {
    this.#socket = socket;
    this.#received = received;
    this.#base = base;
    this.#offset = offset;
  }

  async take(): Promise<readonly StreamedCommand[]> {
    const end = (await this.#offset()) - this.#base;
    await eventually('the stream is here', () => this.#received().length >= end);
    const stream = this.#received();
    const taken: StreamedCommand[] = [];
    while (this.#at < end) {
      const next = this.#reader.read(stream, this.#at, end);
      taken.push({ bytes: Buffer.from(stream.subarray(this.#at, next)), endOffset: this.#base + next });
      this.#at = next;
    }
    return taken;
  }

  close(): void {
    this.#socket.destroy();
  }
}
