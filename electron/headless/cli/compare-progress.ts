import { formatCount, formatDuration } from '../../../shared/format/numbers.ts';
import { markOf, remainingMs, type PaceMark } from '../../../shared/format/remaining.ts';
import { MOST_KEYS_PER_SECOND } from '../../../shared/model/comparison-choice.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { CompareProgress } from '../../../shared/model/comparison.ts';
import type { PaceWish } from '../../engine/verify/walk-pace.ts';
import { parseCount } from './units.ts';

/** @throws LockstepError USAGE */
export function parsePace(flag: string | undefined): PaceWish {
  const option = '--max-keys-per-second';
  const maxKeysPerSecond = flag === undefined ? 0 : parseCount(flag, option);
  if (maxKeysPerSecond > MOST_KEYS_PER_SECOND)
    throw new LockstepError('USAGE', `${option} is at most ${MOST_KEYS_PER_SECOND}`);
  return { maxKeysPerSecond, paused: false };
}

/** One line of a terminal that always says how far a comparison is. */
export function liveProgress(): (progress: CompareProgress) => void {
  let mark: PaceMark | undefined;
  return (progress) => {
    const { db, phase, keysDone, keysTotal, differences } = progress;
    const nowMs = performance.now();
    mark = markOf(mark, progress, nowMs);
    const leftMs = remainingMs(mark, progress, nowMs);
    const left =
      leftMs === undefined ? '' : `, about ${formatDuration(Math.max(1000, leftMs))} left in this step`;
    const text = `Database ${db}, ${phase}: ${formatCount(keysDone)} of ${formatCount(keysTotal)} keys, ${differences} differences${left}`;
    process.stderr.write(`\r\x1b[2K${text}`);
  };
}
