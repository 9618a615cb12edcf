import { formatKeys } from '../../../shared/format/numbers.ts';
import type { AskedKey, AskedKeys } from '../repair/asked-keys.ts';
import type { AskedResult } from '../repair/repair-plan.ts';
import type { TargetSideOptions } from './target-side-options.ts';
import type { TargetWork } from './target-work.ts';

/** Keys that somebody wants to be brought to what the source has: when that is begun, and what is told of it. */
export class AskedRepairs {
  private readonly side: Pick<TargetSideOptions, 'events' | 'pace'>;
  private readonly work: TargetWork;
  private readonly keys: AskedKeys;

  constructor(side: Pick<TargetSideOptions, 'events' | 'pace'>, work: TargetWork, keys: AskedKeys) {
    this.side = side;
    this.work = work;
    this.keys = keys;
  }

  /**
   * Brings these keys to what the source has, as soon as the stream is applied as it comes. Each is settled by and by, unless the run ends
   * before. @returns false, and takes none, where too many are asked for
   */
  repair(keys: readonly AskedKey[]): boolean {
    if (!this.keys.add(keys)) return false;
    this.bring();
    return true;
  }

  /** Those of them that are not settled, for another run to bring. */
  takeAll(): readonly AskedKey[] {
    return this.keys.takeAll();
  }

  /** Begins with those that wait, where that can be done now. */
  bring(): void {
    const { keys, work, side } = this;
    if (keys.size === 0 || !work.steady || side.pace.paused) return;
    if (work.move('mend')) work.beginStreamAnew();
  }

  brought(results: readonly AskedResult[]): void {
    this.keys.done(results);
    const removed = results.filter(({ outcome }) => outcome === 'removed').length;
    const copied = results.length - removed;
    const lacks = removed === 1 ? 'it' : 'them';
    const said = [
      ...(copied > 0 ? [`${formatKeys(copied)} copied again from the source`] : []),
      ...(removed > 0
        ? [`${formatKeys(removed)} removed from the target, since the source does not have ${lacks}`]
        : []),
    ];
    this.side.events.info(`As asked for: ${said.join('; ')}`);
  }
}
