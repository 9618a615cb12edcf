import { formatCount } from '../../../shared/format/numbers.ts';
import { printableBytes } from './printable-bytes.ts';
import type { Finding } from '../../../shared/model/comparison.ts';

const SHOWN_BYTES = 40;

/** A value, cut short, in quotes; `nothing` for a missing one. */
export function quoted(bytes: Buffer | null | undefined): string {
  return bytes == null ? 'nothing' : `"${printableBytes(bytes, SHOWN_BYTES)}"`;
}

/** A difference of values, said as `<what> <source>` against `<what> <target>`. */
export function valueFinding(what: string, source: unknown, target: unknown): Finding {
  return { kind: 'value', source: `${what} ${String(source)}`, target: `${what} ${String(target)}` };
}

/** A difference in how many there are of something: `130 bytes` against `3 bytes`. */
export function countFinding(what: string, source: number, target: number): Finding {
  return { kind: 'value', source: counted(what, source), target: counted(what, target) };
}

const counted = (what: string, count: number): string =>
  `${formatCount(count)} ${what}${count === 1 ? '' : 's'}`;

/** A difference in a consumer group of a stream. */
export function groupFinding(what: string, source: unknown, target: unknown): Finding {
  return { kind: 'group', source: `${what} ${String(source)}`, target: `${what} ${String(target)}` };
}

/** The value changed its type or went away between two reads of it; the next reading decides. */
export const CHANGED_MEANWHILE: Finding = {
  kind: 'value',
  source: 'changed while it was read',
  target: 'changed while it was read',
};
