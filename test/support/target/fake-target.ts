import { CommandOutput, OUTPUT_BYTES } from '../../../electron/engine/protocol/resp/command-output.ts';
import { CommandReader } from '../../../electron/engine/protocol/resp/command-reader.ts';
import { ReplyScanner, type ReplyEvents } from '../../../electron/engine/protocol/resp/reply-scanner.ts';
import type { TargetConnection } from '../../../electron/engine/writer/target-connection.ts';

const BUFFERS = 6;

/**
 * A Redis of a few lines behind a connection without a socket: transactions, WATCH and the hash of a checkpoint, and errors
 * where the test wants them. Nothing is answered before `answer`.
 */
export class FakeTarget {
  readonly connection: TargetConnection;
  /** Every command that has come, as words. */
  readonly commands: string[] = [];
  /** Commands that were run, not only queued. */
  readonly ran: string[] = [];
  readonly hash = new Map<string, string>();
  /** The error reply to a command when it comes, and when it is run; undefined for none. */
  refuse: (words: string) => string | undefined = () => undefined;
  fail: (words: string) => string | undefined = () => undefined;
  private readonly scanner: ReplyScanner;
  private readonly output: CommandOutput;
  private readonly reader = new CommandReader();
  private unread = Buffer.alloc(0);
  private queue: string[] | undefined;
  private aborted = false;
  private watching = false;
  private touched = false;

  constructor(events: () => ReplyEvents) {
    this.output = new CommandOutput({
      mem: Buffer.alloc(64 + BUFFERS * OUTPUT_BYTES),
      addresses: Array.from({ length: BUFFERS }, (_, i) => 64 + i * OUTPUT_BYTES),
      send: (buf, from, to, done) => {
        this.unread = Buffer.concat([this.unread, buf.subarray(from, to)]);
        done();
      },
    });
    this.scanner = new ReplyScanner({
      reply: (kind) => events().reply(kind),
      error: (text, element) => events().error(text, element),
    });
    const { output, scanner } = this;
    this.connection = { output, scanner } as unknown as TargetConnection;
  }

  /** Another client writes the checkpoint. */
  overwrite(fields: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(fields)) this.hash.set(name, value);
    this.touched ||= this.watching;
  }

  /** Answers so many of the commands that have come, all of them when it is not said. @returns how many */
  answer(most = Infinity): number {
    let answered = 0;
    let at = 0;
    while (answered < most && at < this.unread.length) {
      const next = this.reader.read(this.unread, at, this.unread.length);
      if (next === 0) break;
      const words: string[] = [];
      for (let i = 0; i < this.reader.count; i++)
        words.push(this.unread.toString('latin1', this.reader.from[i], this.reader.to[i]));
      at = next;
      answered += 1;
      const reply = Buffer.from(this.take(words), 'latin1');
      this.scanner.push(reply, 0, reply.length);
    }
    this.unread = this.unread.subarray(at);
    return answered;
  }

  private take(words: readonly string[]): string {
    const text = words.join(' ');
    this.commands.push(text);
    const refusal = this.refuse(text);
    if (refusal) {
      this.aborted ||= this.queue !== undefined;
      return `-${refusal}\r\n`;
    }
    switch (words[0]) {
      case 'MULTI':
        this.queue = [];
        this.aborted = false;
        return '+OK\r\n';
      case 'EXEC':
        return this.exec();
      default:
        if (!this.queue) return this.run(text);
        this.queue.push(text);
        return '+QUEUED\r\n';
    }
  }

  private exec(): string {
    const { queue } = this;
    const dirty = this.touched;
    this.queue = undefined;
    this.watching = false;
    this.touched = false;
    if (!queue) return '-ERR EXEC without MULTI\r\n';
    if (this.aborted) return '-EXECABORT Transaction discarded because of previous errors.\r\n';
    if (dirty) return '*-1\r\n';
    return `*${queue.length}\r\n${queue.map((text) => this.run(text)).join('')}`;
  }

  private run(text: string): string {
    this.ran.push(text);
    const error = this.fail(text);
    if (error) return `-${error}\r\n`;
    const [name, , ...rest] = text.split(' ');
    if (name === 'WATCH') this.watching = true;
    if (name === 'HMSET') for (let i = 0; i < rest.length; i += 2) this.hash.set(rest[i]!, rest[i + 1]!);
    if (name !== 'HMGET') return '+OK\r\n';
    const values = rest.map((field) => this.hash.get(field));
    return `*${values.length}\r\n${values.map((value) => (value === undefined ? '$-1\r\n' : `$${value.length}\r\n${value}\r\n`)).join('')}`;
  }
}
