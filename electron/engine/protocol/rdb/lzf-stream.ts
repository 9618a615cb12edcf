import { ELEMENT_BOUND } from './bounds.ts';
import type { ElementEvents } from './events.ts';
import { brokenLzf, LZF_WINDOW } from './lzf.ts';

const LONGEST_RUN = 264;
const FLUSH_AT = LZF_WINDOW + ELEMENT_BOUND - LONGEST_RUN;

/** Decompresses one LZF block of any size as its bytes come; only the 8 KB that references reach back to are kept. */
export class LzfStream {
  done = true;
  #compressedLeft = 0;
  #lengthLeft = 0;
  /** The history lies in [#historyFrom, LZF_WINDOW) and what is yet to be passed on in [LZF_WINDOW, #end). */
  #buffer: Buffer | undefined;
  #historyFrom = LZF_WINDOW;
  #end = LZF_WINDOW;

  begin(compressedLength: number, length: number): void {
    this.done = false;
    this.#compressedLeft = compressedLength;
    this.#lengthLeft = length;
    this.#historyFrom = this.#end = LZF_WINDOW;
  }

  /**
   * Takes whole instructions only.
   * @returns the position after them
   * @throws RDB_BROKEN when the block does not decompress to its length
   */
  run(buf: Buffer, from: number, limit: number, events: ElementEvents): number {
    const out = (this.#buffer ??= Buffer.allocUnsafeSlow(LZF_WINDOW + ELEMENT_BOUND));
    const inputEnd = Math.min(limit, from + this.#compressedLeft);
    const whole = inputEnd === from + this.#compressedLeft;
    let ip = from;
    let op = this.#end;
    while (ip < inputEnd) {
      const control = buf[ip]!;
      if (control < 32) {
        const next = ip + control + 2;
        if (next > inputEnd) break;
        for (let i = ip + 1; i < next; i++) out[op++] = buf[i]!;
        ip = next;
      } else {
        const long = control >= 0xe0;
        const next = ip + (long ? 3 : 2);
        if (next > inputEnd) break;
        const opEnd = op + (control >> 5) + 2 + (long ? buf[ip + 1]! : 0);
        let reference = op - ((control & 0x1f) << 8) - buf[next - 1]! - 1;
        if (reference < this.#historyFrom) throw brokenLzf();
        while (op < opEnd) out[op++] = out[reference++]!;
        ip = next;
      }
      if (op > FLUSH_AT) op = this.#flush(out, op, events);
    }
    if (whole && ip < inputEnd) throw brokenLzf();
    this.#compressedLeft -= ip - from;
    this.#end = this.#flush(out, op, events);
    if (this.#compressedLeft === 0) {
      this.done = true;
      if (this.#lengthLeft !== 0) throw brokenLzf();
    }
    return ip;
  }

  /** Passes on what has been decompressed and keeps the last 8 KB as history. @returns where the output goes on */
  #flush(out: Buffer, op: number, events: ElementEvents): number {
    if (op === LZF_WINDOW) return op;
    this.#lengthLeft -= op - LZF_WINDOW;
    if (this.#lengthLeft < 0) throw brokenLzf();
    events.part(out, LZF_WINDOW, op);
    const historyFrom = Math.max(this.#historyFrom, op - LZF_WINDOW);
    this.#historyFrom = LZF_WINDOW - (op - historyFrom);
    out.copyWithin(this.#historyFrom, historyFrom, op);
    return LZF_WINDOW;
  }
}
