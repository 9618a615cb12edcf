import type net from 'node:net';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { asLockstepError } from '../../../shared/errors/plain-reason.ts';
import type { Endpoint } from '../../../shared/model/endpoint.ts';
import type { Arena } from '../arena/arena.ts';
import { CommandOutput, OUTPUT_BYTES } from '../protocol/resp/command-output.ts';
import { ReplyScanner, type ReplyEvents } from '../protocol/resp/reply-scanner.ts';
import { hearLastWords } from '../protocol/last-words.ts';
import { isFarewell } from '../protocol/refusal-kind.ts';
import { socketError } from '../protocol/socket-error.ts';
import { tlsConnectOptions } from '../protocol/tls-connect-options.ts';
import { targetError } from '../control/target-error.ts';
import { EarlyReplies } from './early-replies.ts';
import type { Clock, Timer } from '../world/clock.ts';
import type { Net } from '../world/net.ts';
import type { World } from '../world/world.ts';

const CONNECT_TIMEOUT_MS = 10_000;
/** A target that owes an answer and is silent for this long is given up; the next connection tells how it is. */
const SILENCE_TIMEOUT_MS = 60_000;
const SILENCE_CHECK_MS = 5_000;
const READ_BYTES = 256 * 1024;
/** Unanswered bytes past which the appliers stop reading the spool, or fewer where there are buffers for less. */
const MOST_IN_FLIGHT_BYTES = 4 * 1024 * 1024;

export interface TargetConnectionOptions {
  readonly world: World;
  readonly endpoint: Endpoint;
  readonly arena: Arena;
  /** Output buffers from `allocateOutputs`, that no open connection uses. */
  readonly outputs: readonly number[];
  readonly replies: ReplyEvents;
  /** See EarlyReplies. */
  readonly importSource?: boolean;
  /** Replies have come, or bytes have left: there may be room again. */
  readonly onProgress: () => void;
  readonly onError: (error: LockstepError) => void;
}

/** The data path to a target: commands out through `output`, replies in through a scanner. One life, like a link. */
export class TargetConnection {
  readonly output: CommandOutput;
  readonly scanner: ReplyScanner;
  private readonly options: TargetConnectionOptions;
  private readonly socket: net.Socket;
  private readonly clock: Clock;
  private readonly silenceTimer: Timer;
  private closed = false;
  /** When it answered last, took some of what was written, or owed nothing. */
  quietSinceMs: number;
  /** The server's id of this connection, to end it if it outlives us; undefined before Redis 5. */
  clientId: string | undefined;
  /** Who takes the replies. */
  replies: ReplyEvents;

  private constructor(options: TargetConnectionOptions, socket: net.Socket, outputs: CommandOutput) {
    this.options = options;
    this.clock = options.world.clock;
    this.quietSinceMs = this.clock.now();
    this.socket = socket;
    this.output = outputs;
    this.silenceTimer = this.clock.setInterval(() => this.checkSilence(), SILENCE_CHECK_MS);
    this.replies = options.replies;
    this.scanner = new ReplyScanner({
      reply: (kind) => this.replies.reply(kind),
      error: (text, element) => {
        if (element < 0 && isFarewell(text)) this.farewell(text);
        else this.replies.error(text, element);
      },
    });
  }

  /** Connects and authenticates. */
  static open(options: TargetConnectionOptions, name: string): Promise<TargetConnection> {
    return new Promise((resolve, reject) => {
      const { endpoint, world } = options;
      const { clock } = world;
      let connection: TargetConnection | undefined;
      const early = new EarlyReplies(endpoint, name, options.importSource);
      const readBuf = Buffer.allocUnsafeSlow(READ_BYTES);
      const onBytes = (buf: Buffer, bytes: number): void => {
        if (connection) return connection.onRead(buf, bytes);
        try {
          const clientId = early.push(buf.toString('latin1', 0, bytes));
          if (clientId === undefined) return;
          clock.clear(timer);
          const output = makeOutput(options, socket, (room) => connection?.onWritten(room));
          connection = new TargetConnection(options, socket, output);
          connection.clientId = clientId === '' ? undefined : clientId;
          resolve(connection);
        } catch (error) {
          fail(error instanceof LockstepError ? error : socketError('target', endpoint, error));
        }
      };
      const socket = openSocket(world.net, endpoint, readBuf, onBytes, () => socket.write(early.request()));
      const fail = (error: LockstepError): void => {
        clock.clear(timer);
        socket.destroy();
        if (connection) connection.fail(error);
        else reject(error);
      };
      const timer = clock.setTimeout(() => {
        fail(new LockstepError('TARGET_UNREACHABLE', `no answer for ${CONNECT_TIMEOUT_MS / 1000} s`));
      }, CONNECT_TIMEOUT_MS);
      hearLastWords(socket, clock);
      socket.setNoDelay(true);
      socket.setKeepAlive(true, 30_000);
      socket.on('error', (cause) => fail(socketError('target', endpoint, cause)));
      socket.on('close', () =>
        fail(new LockstepError('TARGET_LINK_LOST', 'the target closed the connection')),
      );
    });
  }

  /** True while nothing more should be written. */
  get busy(): boolean {
    return this.output.inFlightBytes >= inFlightBound(this.options.outputs);
  }

  close(): void {
    this.closed = true;
    this.clock.clear(this.silenceTimer);
    this.socket.destroy();
  }

  /** Nothing is expected of it any more. */
  giveUp(error: LockstepError): void {
    this.fail(error);
  }

  private onRead(buf: Buffer, bytes: number): void {
    if (this.closed) return;
    this.quietSinceMs = this.clock.now();
    try {
      this.scanner.push(buf, 0, bytes);
    } catch (error) {
      this.fail(asLockstepError(error));
      return;
    }
    if (!this.closed) this.options.onProgress();
  }

  /** Bytes have left. In the middle of a large value no answer comes, so this alone tells that there is room again. */
  private onWritten(room: boolean): void {
    this.quietSinceMs = this.clock.now();
    if (room && !this.closed) this.options.onProgress();
  }

  private checkSilence(): void {
    const nowMs = this.clock.now();
    if (this.output.commands === this.output.answered) this.quietSinceMs = nowMs;
    else if (nowMs - this.quietSinceMs > SILENCE_TIMEOUT_MS) {
      this.fail(
        new LockstepError('TARGET_LINK_LOST', `nothing was answered for ${SILENCE_TIMEOUT_MS / 1000} s`),
      );
    }
  }

  /** The target closes the connection after this, so nobody needs to wait for the answers that are owed. */
  private farewell(text: string): void {
    this.fail(targetError(text, this.output.describe(this.output.answered)));
  }

  private fail(error: LockstepError): void {
    if (this.closed) return;
    this.close();
    this.options.onError(error);
  }
}

/** Takes output buffers from the arena, for one connection after another. */
export function allocateOutputs(arena: Arena, count: number): number[] {
  return Array.from({ length: count }, () => arena.allocate(OUTPUT_BYTES));
}

const inFlightBound = (outputs: readonly number[]): number =>
  Math.min(MOST_IN_FLIGHT_BYTES, Math.max(1, outputs.length) * OUTPUT_BYTES);

function makeOutput(
  options: TargetConnectionOptions,
  socket: net.Socket,
  onWritten: (room: boolean) => void,
): CommandOutput {
  const most = inFlightBound(options.outputs);
  const output: CommandOutput = new CommandOutput({
    mem: options.arena.mem,
    addresses: options.outputs,
    send: (buf, from, to, done) => {
      socket.write(buf.subarray(from, to), () => {
        const full = output.inFlightBytes >= most;
        done();
        onWritten(full && output.inFlightBytes < most);
      });
    },
  });
  return output;
}

function openSocket(
  world: Net,
  endpoint: Endpoint,
  readBuf: Buffer,
  onBytes: (buf: Buffer, bytes: number) => void,
  onOpen: () => void,
): net.Socket {
  const { host, port } = endpoint;
  if (endpoint.tls) {
    const socket = world.connectTls({ host, port, ...tlsConnectOptions('target', endpoint) });
    socket.on('secureConnect', onOpen);
    socket.on('data', (chunk: Buffer) => onBytes(chunk, chunk.length));
    return socket;
  }
  const socket = world.connect({
    host,
    port,
    onread: {
      buffer: readBuf,
      callback: (bytes, buf) => {
        onBytes(buf as Buffer, bytes);
        return true;
      },
    },
  });
  socket.on('connect', onOpen);
  return socket;
}
