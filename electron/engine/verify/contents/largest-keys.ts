import { MOST_LARGEST, type LargeKey } from '../../../../shared/model/contents.ts';
import { namedBytes } from '../printable-bytes.ts';

interface Kept {
  readonly db: number;
  readonly key: Buffer;
  readonly type: string;
  readonly bytes: number;
}

/** The largest keys of those that were met. A key that is met twice stands there once. */
export class LargestKeys {
  /** Largest first. */
  private kept: Kept[] = [];

  /** Most keys are smaller than all that are kept: these cost one comparison. */
  meet(db: number, key: Buffer, type: string, bytes: number): void {
    const last = this.kept.at(-1);
    if (this.kept.length === MOST_LARGEST && bytes <= last!.bytes) return;
    const others = this.kept.filter((one) => one.db !== db || !one.key.equals(key));
    const at = others.findIndex((one) => one.bytes < bytes);
    // Copied, since it is a part of a buffer of the connection.
    others.splice(at < 0 ? others.length : at, 0, { db, key: Buffer.from(key), type, bytes });
    this.kept = others.slice(0, MOST_LARGEST);
  }

  told(): LargeKey[] {
    return this.kept.map(({ db, key, type, bytes }) => ({ db, ...namedBytes(key), type, bytes }));
  }
}
