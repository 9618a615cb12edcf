import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import type { Endpoint } from '../../../shared/model/endpoint.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { socketError } from '../../engine/protocol/socket-error.ts';
import { ReplyScanner } from '../../engine/protocol/resp/reply-scanner.ts';
import { CommandBuffer } from './command-buffer.ts';

/** What may be under way before `room` makes the caller wait. */
const WINDOW_BYTES = 4 * 1024 * 1024;
const WINDOW_COMMANDS = 50_000;
const SAMPLES = 5;
const CONNECT_TIMEOUT_MS = 10_000;

/**
 * One connection that sends commands by the buffer and counts what comes back: replies and errors, nothing else is kept.
 * No promise and no object per command, since it is to send hundreds of thousands a second and leave the processor to
 * the servers.
 */
export class Pipe {
  private readonly socket: Socket;
  private readonly waiting: { most: number; resolve: () => void; reject: (error: unknown) => void }[] = [];
  private failure: LockstepError | undefined;
  commandsUnderWay = 0;
  /** Commands answered, with and without an error. */
  answered = 0;
  errors = 0;
  readonly errorSamples: string[] = [];

  private constructor(socket: Socket, endpoint: Endpoint) {
    this.socket = socket;
    const scanner = new ReplyScanner({
      reply: () => {
        this.commandsUnderWay -= 1;
        this.answered += 1;
      },
      error: (text) => {
        this.errors += 1;
        if (this.errorSamples.length < SAMPLES) this.errorSamples.push(text);
      },
    });
    socket.on('data', (chunk: Buffer) => {
      try {
        scanner.push(chunk, 0, chunk.length);
      } catch (error) {
        socket.destroy(error instanceof Error ? error : undefined);
      }
      this.wake();
    });
    socket.on('drain', () => this.wake());
    socket.on('error', (error) => (this.failure ??= socketError('source', endpoint, error)));
    socket.on('close', () => {
      this.failure ??= new LockstepError('SOURCE_LINK_LOST', 'the server closed the connection');
      for (const waiter of this.waiting.splice(0)) waiter.reject(this.failure);
    });
  }

  /**
   * Connects and authenticates.
   *
   * @throws LockstepError SOURCE_UNREACHABLE, SOURCE_TLS, SOURCE_AUTH, SOURCE_LOADING, SOURCE_LINK_LOST
   */
  static async open(endpoint: Endpoint): Promise<Pipe> {
    const pipe = new Pipe(await openSocket(endpoint), endpoint);
    const hello = new CommandBuffer();
    if (endpoint.password !== undefined) {
      hello.addAll(
        ['AUTH', ...(endpoint.user === undefined ? [] : [endpoint.user]), endpoint.password].map(utf8),
      );
    }
    hello.add('PING');
    pipe.send(hello);
    await pipe.settled();
    const refusal = pipe.errorSamples.find((text) => !/no password is set|without any password/i.test(text));
    pipe.errors = 0;
    pipe.errorSamples.length = 0;
    pipe.answered = 0;
    if (refusal !== undefined) {
      pipe.close();
      throw new LockstepError(refusal.startsWith('LOADING') ? 'SOURCE_LOADING' : 'SOURCE_AUTH', refusal);
    }
    return pipe;
  }

  /** Sends what the buffer holds and empties it. Never waits: ask for `room` first. */
  send(buffer: CommandBuffer): void {
    if (buffer.commands === 0) return;
    const { bytes, commands } = buffer.take();
    this.commandsUnderWay += commands;
    this.socket.write(bytes);
  }

  get open(): boolean {
    return this.failure === undefined;
  }

  /**
   * Resolves when no more than `most` commands are under way, so that more may be sent.
   *
   * @throws LockstepError when the connection is lost
   */
  room(most = WINDOW_COMMANDS): Promise<void> {
    return this.open && this.fits(most) ? Promise.resolve() : this.wait(most);
  }

  /**
   * Resolves when everything is answered.
   *
   * @throws LockstepError when the connection is lost
   */
  settled(): Promise<void> {
    return this.wait(0);
  }

  close(): void {
    this.socket.destroy();
  }

  private fits(most: number): boolean {
    return this.commandsUnderWay <= most && this.socket.writableLength <= WINDOW_BYTES;
  }

  private wait(most: number): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.failure) reject(this.failure);
      else this.waiting.push({ most, resolve, reject });
      this.wake();
    });
  }

  private wake(): void {
    for (let i = this.waiting.length - 1; i >= 0; i--) {
      const waiter = this.waiting[i]!;
      if (!this.fits(waiter.most)) continue;
      this.waiting.splice(i, 1);
      waiter.resolve();
    }
  }
}

function openSocket(endpoint: Endpoint): Promise<Socket> {
  const { host, port } = endpoint;
  return new Promise((resolve, reject) => {
    const socket = endpoint.tls
      ? connectTls({ host, port, ...(isIP(host) ? {} : { servername: host }) })
      : connectTcp({ host, port });
    socket.setNoDelay(true);
    // A TLS handshake with a server that speaks none would wait for ever.
    const timer = setTimeout(() => {
      socket.destroy(Object.assign(new Error('connect ETIMEDOUT'), { code: 'ETIMEDOUT' }));
    }, CONNECT_TIMEOUT_MS);
    socket.once('close', () => clearTimeout(timer));
    socket.once('error', (error) => reject(socketError('source', endpoint, error)));
    socket.once(endpoint.tls ? 'secureConnect' : 'connect', () => {
      clearTimeout(timer);
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}

const utf8 = (text: string): Buffer => Buffer.from(text);
