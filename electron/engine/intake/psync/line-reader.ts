import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';

const LONGEST_LINE_BYTES = 4096;
const NEWLINE = 10;

/** Gathers the lines that a source sends before its payload, wherever they are cut. */
export class LineReader {
  private text = '';
  /** The line that `take` has completed, without its end; '' for a lone newline, undefined while it goes on. */
  line: string | undefined;

  /** Takes what belongs to the present line. @returns the address after it; @throws SOURCE_PROTOCOL for an endless one */
  take(buf: Buffer, from: number, to: number): number {
    const found = buf.subarray(0, to).indexOf(NEWLINE, from);
    const end = found < 0 ? to : found;
    this.text += buf.toString('latin1', from, end);
    if (this.text.length > LONGEST_LINE_BYTES)
      throw new LockstepError('SOURCE_PROTOCOL', 'a reply line is endless');
    this.line = undefined;
    if (found < 0) return to;
    this.line = this.text.endsWith('\r') ? this.text.slice(0, -1) : this.text;
    this.text = '';
    return end + 1;
  }
}
