import { formatCount } from '../../shared/format/numbers.ts';
import type { Drift, DriftVerdict, TaskView } from '../../shared/model/task-view.ts';
import type { Tone } from '../components/notice-box.tsx';

/** What a verdict says in one line, and what it means. */
export interface VerdictWords {
  readonly tone: Tone;
  readonly title: string;
  readonly text: string;
}

export const VERDICT_WORDS: Readonly<Record<DriftVerdict, VerdictWords>> = {
  unknown: {
    tone: 'calm',
    title: 'Not counted yet',
    text: 'The keys of both sides are counted as soon as the task is connected to both servers.',
  },
  none: {
    tone: 'good',
    title: 'Both sides hold the same number of keys',
    text: 'Equal counts do not prove equal values: Compare now reads every key on both sides.',
  },
  expiry: {
    tone: 'good',
    title: 'Only keys that expire differ',
    text: 'The two sides remove expired keys at different moments, so these counts differ a little at any time. The keys without expiry are the ones to watch, and their difference is 0.',
  },
  'in-flight': {
    tone: 'work',
    title: 'Changes are on their way',
    text: 'The source has written keys that the target does not have yet, or removed some that it still has. The difference goes back to 0 when the target has caught up.',
  },
  'own-keys': {
    tone: 'warn',
    title: 'The target holds keys of its own',
    text: 'The target was not empty when the task began, and only it has more keys. Compare now names them: they are those that are missing on the source.',
  },
  evicted: {
    tone: 'bad',
    title: 'The target has evicted keys',
    text: 'It removed keys to make room, as its maxmemory-policy says, so it lacks what the source has, whatever the counts say. Raise its maxmemory or set its maxmemory-policy to noeviction; Compare now names what is missing, and a new full copy brings it back.',
  },
  real: {
    tone: 'bad',
    title: 'The sides differ',
    text: 'The task is in step, and neither changes on their way nor expiry explains the difference. Perhaps something else writes to the target. Compare now names the keys; after that, stop what writes to the target and start the task again for a new full copy.',
  },
};

/** Changes that are on their way arrive within moments of a task that is in step. */
const LONG_IN_FLIGHT_MS = 60_000;

/** The words for a verdict, and a further sentence where a difference has stood for longer than changes take to arrive. */
export function driftWords(
  { verdict, lastZeroAtMs }: Drift,
  phase: TaskView['phase'],
  nowMs: number,
): VerdictWords {
  const words = VERDICT_WORDS[verdict];
  const lasts = phase === 'in-step' && lastZeroAtMs !== null && nowMs - lastZeroAtMs > LONG_IN_FLIGHT_MS;
  if (verdict !== 'in-flight' || !lasts) return words;
  return {
    tone: 'warn',
    title: 'Changes are on their way, or the sides differ',
    text: 'So much is written that the difference could be on its way. But the task is in step, and it has not been 0 for a while. Compare now tells for certain.',
  };
}

/** The difference of the keys without expiry as a figure: green at 0. */
export function driftFigure({ difference, verdict }: Drift): { readonly value: string; readonly tone: Tone } {
  if (difference === null) return { value: '–', tone: 'calm' };
  return {
    value: formatCount(difference),
    tone: difference === 0 && verdict !== 'evicted' ? 'good' : VERDICT_WORDS[verdict].tone,
  };
}
