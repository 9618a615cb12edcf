import type { CommandOutput } from '../../protocol/resp/command-output.ts';
import { BULK_OVERHEAD_BYTES, writeBulk, writeBytes, writeHead } from '../../protocol/resp/write.ts';

/** Elements and bytes after which a command is closed and the next begun: the target stays responsive. */
const MOST_ARGUMENTS = 256;
const SCRATCH_BYTES = 64 * 1024;

/**
 * Builds commands such as `HSET key f v f v …` with as many arguments as come, in bounded pieces. Arguments gather in a
 * scratch buffer, since their number stands before them.
 */
export class ChunkedCommand {
  private readonly output: CommandOutput;
  private readonly scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);
  private filled = 0;
  private args = 0;
  private head = Buffer.alloc(0);
  private headArgs = 0;

  constructor(output: CommandOutput) {
    this.output = output;
  }

  /** The words every command of this run begins with. */
  begin(words: readonly (string | Buffer)[]): void {
    this.flush();
    const parts: Buffer[] = [];
    for (const word of words) {
      const bytes = typeof word === 'string' ? Buffer.from(word) : word;
      parts.push(Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n'));
    }
    this.head = Buffer.concat(parts);
    this.headArgs = words.length;
  }

  /** Makes sure the next `count` arguments of together `bytes` bytes stay in one command. */
  room(count: number, bytes: number): void {
    if (
      this.args + count > MOST_ARGUMENTS ||
      this.filled + bytes + count * BULK_OVERHEAD_BYTES > SCRATCH_BYTES
    )
      this.flush();
  }

  /** False when the argument can never fit; it must then go out as a command of its own. */
  fits(bytes: number): boolean {
    return bytes + 2 * BULK_OVERHEAD_BYTES <= SCRATCH_BYTES / 2;
  }

  add(buf: Buffer, from: number, to: number): void {
    this.filled = writeBulk(this.scratch, this.filled, buf, from, to);
    this.args += 1;
  }

  flush(): void {
    if (this.args === 0) return;
    const { output } = this;
    output.reserve(this.head.length + this.filled + BULK_OVERHEAD_BYTES);
    output.begin();
    let at = writeHead(output.buf, output.at, 42, this.headArgs + this.args);
    at = writeBytes(output.buf, at, this.head, 0, this.head.length);
    output.at = writeBytes(output.buf, at, this.scratch, 0, this.filled);
    this.args = 0;
    this.filled = 0;
  }

  /** A command whose last arguments are larger than any buffer: its head now, then `output.copy` as they come. */
  beginSingle(args: number): void {
    this.flush();
    const { output } = this;
    output.reserve(this.head.length + BULK_OVERHEAD_BYTES);
    output.begin();
    const at = writeHead(output.buf, output.at, 42, this.headArgs + args);
    output.at = writeBytes(output.buf, at, this.head, 0, this.head.length);
  }
}
