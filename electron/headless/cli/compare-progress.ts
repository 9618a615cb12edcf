import { COMPARE_PHASE_WORDS } from '../../../shared/format/compare-phase-words.ts';
import { formatCount } from '../../../shared/format/numbers.ts';
import { describePace, markOf, type PaceMark } from '../../../shared/format/remaining.ts';
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
    const pace = describePace(mark, progress, nowMs);
    const text = `Database ${db}, ${COMPARE_PHASE_WORDS[phase]}: ${formatCount(keysDone)} of ${formatCount(keysTotal)} keys, ${formatCount(differences)} differences${pace && `, ${pace}`}`;
    process.stderr.write(`\r\x1b[2K${text}`);
  };
}
