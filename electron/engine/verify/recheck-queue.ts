import type { Finding } from '../../../shared/model/comparison.ts';

/** The pauses before each further reading of a difference, in milliseconds. */
const PAUSES_MS = [100, 200, 300];
/** Before one more, for a target that is behind. */
const LATER_MS = 300;

interface Entry {
  readonly key: Buffer;
  readonly foundAtMs: number;
  readings: number;
  dueAtMs: number;
  /** Of what the source had by then the target had all when the key was last given out to be read. */
  caughtUpToMs: number;
}

/**
 * Keys that were found different and are to be read again, since the source may be changing and the target a moment behind.
 * A difference is real when it is there at the first reading and at every further one, of which the last begins when the target has been
 * given all that the source had at the first.
 */
export class RecheckQueue {
  private readonly entries = new Map<string, Entry>();
  private readonly now: () => number;
  private readonly caughtUpToMs: () => number;

  /** `caughtUpToMs`: all that the source had by then, by the clock of `now`, the target has been given. */
  constructor(now: () => number, caughtUpToMs: () => number) {
    this.now = now;
    this.caughtUpToMs = caughtUpToMs;
  }

  get size(): number {
    return this.entries.size;
  }

  /** A key was found different at its first reading. A key that waits already is not added again. */
  add(key: Buffer): void {
    const name = key.toString('latin1');
    if (this.entries.has(name)) return;
    // Copied, since the key is a part of a buffer of the connection, which it would keep alive.
    const foundAtMs = this.now();
    this.entries.set(name, {
      ...{ key: Buffer.from(key), foundAtMs, readings: 0 },
      ...{ dueAtMs: foundAtMs + PAUSES_MS[0]!, caughtUpToMs: -Infinity },
    });
  }

  /** Takes up to `limit` keys whose pause is over; each is to be settled. */
  due(limit: number): Buffer[] {
    const now = this.now();
    const keys: Buffer[] = [];
    for (const entry of this.entries.values()) {
      if (keys.length === limit) break;
      if (entry.dueAtMs > now) continue;
      entry.dueAtMs = Infinity;
      entry.caughtUpToMs = this.caughtUpToMs();
      keys.push(entry.key);
    }
    return keys;
  }

  /** How long to wait for a key to become due, in milliseconds; also while all of them are being read. */
  pauseMs(): number {
    let earliest = this.now() + PAUSES_MS[0]!;
    for (const entry of this.entries.values()) earliest = Math.min(earliest, entry.dueAtMs);
    return Math.max(0, earliest - this.now());
  }

  /** Takes the finding of one more reading. True when the difference is now known to be real. */
  settle(key: Buffer, finding: Finding | undefined): boolean {
    const name = key.toString('latin1');
    const entry = this.entries.get(name);
    if (!entry) return false;
    entry.readings += 1;
    const real =
      finding !== undefined && entry.readings >= PAUSES_MS.length && entry.caughtUpToMs >= entry.foundAtMs;
    this.entries.delete(name);
    if (finding === undefined || real) return real;
    entry.dueAtMs = this.now() + (PAUSES_MS[entry.readings] ?? LATER_MS);
    // Behind all others, so that the front of the map is what is due first.
    this.entries.set(name, entry);
    return false;
  }
}
