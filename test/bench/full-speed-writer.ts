import net from 'node:net';
import { command } from '../../electron/engine/protocol/resp/encode.ts';

const BATCH_COMMANDS = 2000;
const BATCHES = 16;
/** Batches sent ahead of their replies. */
const WINDOW = 4;

/** A pipelined writer at full speed: prepared batches of small writes, sent again and again. */
export class FullSpeedWriter {
  private readonly socket: net.Socket;
  private readonly batches = Array.from({ length: BATCHES }, (_, i) => makeBatch(i));
  private next = 0;
  private sent = 0;
  private stopped = false;
  private onIdle: (() => void) | undefined;
  answered = 0;

  constructor(port: number) {
    this.socket = net.connect(port, '127.0.0.1', () => this.fill());
    this.socket.setNoDelay(true);
    this.socket.on('data', (chunk) => this.received(chunk));
  }

  /** Sends no more; resolves with the number of commands when all are answered. */
  async stop(): Promise<number> {
    this.stopped = true;
    if (this.answered < this.sent) await new Promise<void>((resolve) => (this.onIdle = resolve));
    this.socket.destroy();
    return this.answered;
  }

  private fill(): void {
    while (!this.stopped && this.sent - this.answered < WINDOW * BATCH_COMMANDS) {
      this.socket.write(this.batches[this.next]!);
      this.next = (this.next + 1) % BATCHES;
      this.sent += BATCH_COMMANDS;
    }
  }

  private received(chunk: Buffer): void {
    // Every reply is one line: no command here answers with a bulk string.
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) this.answered += 1;
    this.fill();
    if (this.stopped && this.answered >= this.sent) this.onIdle?.();
  }
}

function makeBatch(seed: number): Buffer {
  const parts: Buffer[] = [];
  const value = Buffer.alloc(60, 'v');
  for (let i = 0; i < BATCH_COMMANDS; i++) {
    const n = (seed * BATCH_COMMANDS + i * 7919) % 100_000;
    switch (i % 8) {
      case 0:
      case 1:
      case 2:
        parts.push(command('SET', `string:${n}`, value));
        break;
      case 3:
        parts.push(command('INCR', `counter:${n % 10_000}`));
        break;
      case 4:
        parts.push(command('HSET', `hash:${n % 5000}`, `field:${i % 20}`, value));
        break;
      case 5:
        parts.push(command('ZADD', `zset:${n % 5000}`, String(i), `member:${i % 50}`));
        break;
      case 6:
        parts.push(command('SADD', `set:${n % 5000}`, `member:${i % 50}`));
        break;
      default:
        parts.push(
          i % 16 === 7
            ? command('LPUSH', `list:${n % 1000}`, value)
            : command('LTRIM', `list:${n % 1000}`, '0', '50'),
        );
    }
  }
  return Buffer.concat(parts);
}
