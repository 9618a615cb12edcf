import type { LogReader } from './log-reader.ts';

/** Those who read a log. The list is replaced with each change, so whoever goes through it may be left meanwhile. */
export class Readers {
  all: readonly LogReader[] = [];

  add(reader: LogReader): void {
    this.all = [...this.all, reader];
  }

  /** @returns false where it has gone before */
  remove(reader: LogReader): boolean {
    const there = this.all.includes(reader);
    this.all = this.all.filter((one) => one !== reader);
    return there;
  }

  /** Who want more of the source. */
  get active(): readonly LogReader[] {
    return this.all.filter(({ sealed }) => !sealed);
  }

  isActive(reader: LogReader): boolean {
    return !reader.sealed && this.all.includes(reader);
  }

  /** Told in turn, as far as those before have not made them leave. */
  tell(what: (reader: LogReader) => void): void {
    for (const reader of this.active) if (!reader.sealed) what(reader);
  }

  /** The least that all targets have; those that have not begun to read have nothing of it yet. */
  get appliedOffset(): number {
    let least = Infinity;
    for (const { sealed, greeted, member } of this.all)
      if (!sealed && greeted) least = Math.min(least, member.appliedOffset());
    return least === Infinity ? 0 : least;
  }

  /** Who keeps most of the spool, unless that is one who is owed it: what has come of a source that is gone is nowhere else. */
  get slowest(): LogReader | undefined {
    const [first, ...others] = this.all;
    if (!first || others.length === 0) return undefined;
    const found = others.reduce(
      (least, reader) => (reader.cursor.releasedPosition < least.cursor.releasedPosition ? reader : least),
      first,
    );
    return found.sealed || this.active.length < 2 ? undefined : found;
  }
}
