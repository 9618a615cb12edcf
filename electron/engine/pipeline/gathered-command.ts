import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { formatBytes } from '../../../shared/format/numbers.ts';
import { CommandReader } from '../protocol/resp/command-reader.ts';

const DOLLAR = 36;
/** A command that has to be known whole is refused above it: it is held in memory, and once more as it goes out. */
export const GATHERED_BYTES = 64 * 1024 * 1024;

/**
 * Takes one command that is too large for the spool's window, but is not to be passed through in parts, since what becomes
 * of it depends on all of it.
 */
export class GatheredCommand {
  private readonly reader = new CommandReader();
  private readonly name: string;
  private readonly args: number;
  private readonly parts: Buffer[];
  private bytes: number;
  private index = 0;
  /** Bytes of the present argument, with its CRLF, that are still to come; -1 before its head was read. */
  private missing = -1;

  /** @param args the number in the command's head */
  constructor(name: string, args: number) {
    this.name = name;
    this.args = args;
    this.parts = [Buffer.from(`*${args}\r\n`)];
    this.bytes = this.parts[0]!.length;
  }

  get done(): boolean {
    return this.index === this.args;
  }

  /** Nothing goes out before it is here. */
  readonly passed = 0;

  /** The command as it came, once it is done. */
  get whole(): Buffer {
    return Buffer.concat(this.parts, this.bytes);
  }

  /**
   * Takes what it can of buf[at, end). @returns the address after it
   * @throws LockstepError COMMAND_TOO_LARGE past GATHERED_BYTES
   */
  push(buf: Buffer, at: number, end: number): number {
    let pos = at;
    while (!this.done) {
      if (this.missing < 0) {
        const length = this.reader.head(buf, pos, end, DOLLAR);
        if (length < 0) break;
        this.missing = this.reader.next - pos + length + 2;
        if (this.bytes + (pos - at) + this.missing > GATHERED_BYTES) throw commandTooLarge(this.name);
      }
      const bytes = Math.min(this.missing, end - pos);
      this.missing -= bytes;
      pos += bytes;
      if (this.missing > 0) break;
      this.missing = -1;
      this.index += 1;
    }
    if (pos > at) this.parts.push(Buffer.from(buf.subarray(at, pos)));
    this.bytes += pos - at;
    return pos;
  }
}

export const commandTooLarge = (name: string): LockstepError =>
  new LockstepError(
    'COMMAND_TOO_LARGE',
    `${name} of more than ${formatBytes(GATHERED_BYTES)} came from the source`,
  );
