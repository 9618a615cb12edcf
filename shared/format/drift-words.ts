import type { DriftSaying } from '../model/drift-saying.ts';
import type { Judgement } from '../model/judgement.ts';
import { formatCount } from './numbers.ts';
import { formatDifference } from './rates.ts';

/** What is said of the two sides in one line, and what it means. */
export interface SayingWords {
  readonly title: string;
  readonly text: string;
}

/** Each in a word or two, in a line of a list, and in full. */
export const SAYING_WORDS: Readonly<Record<DriftSaying, SayingWords & { readonly brief: string }>> = {
  unknown: {
    brief: 'not known',
    title: 'Not counted yet',
    text: 'The keys of both sides are counted as soon as the task is connected to both servers.',
  },
  none: {
    brief: 'no drift',
    title: 'Both sides hold the same number of keys',
    text: 'Equal counts do not prove equal values: Compare now reads every key on both sides.',
  },
  expiry: {
    brief: 'expiry only',
    title: 'Only keys that expire differ',
    text: 'The two sides remove expired keys at different moments, so these counts differ a little at any time. The keys without expiry are the ones to watch, and their difference is 0.',
  },
  'in-flight': {
    brief: 'in flight',
    title: 'Changes are on their way',
    text: 'The source has written keys that the target does not have yet, or removed some that it still has. The difference goes back to 0 when the target has caught up.',
  },
  lasting: {
    brief: 'in flight, or differs',
    title: 'Changes are on their way, or the sides differ',
    text: 'So much is written that the difference could be on its way. But the task is in step, and it has not been 0 for a while. Compare now tells for certain.',
  },
  copying: {
    brief: 'being copied',
    title: 'The target is being copied to',
    text: 'What it does not have yet is part of the full copy, or of what comes after that. The difference says how far the copy is, and nothing else before the task is in step.',
  },
  waiting: {
    brief: 'waits',
    title: 'Changes wait until the task goes on',
    text: 'The task is paused, so what the source writes waits in the buffer on this machine, and the difference grows by that. It goes back to 0 when the task has gone on and caught up.',
  },
  'held-up': {
    brief: 'held up',
    title: 'Changes are held up',
    text: 'The task is not connected to both servers, so nothing is applied at the moment. The difference goes back to 0 when it has gone on and caught up.',
  },
  old: {
    brief: 'counted earlier',
    title: 'The sides have not been counted lately',
    text: 'One of them does not answer, so the figures are those of the last time that both did. What has come since is not known.',
  },
  'left-equal': {
    brief: 'when it ended',
    title: 'Both sides held the same number of keys when the task ended',
    text: 'Nothing has been passed on since then, and nobody counts: what either side was written meanwhile does not show here. Compare now reads every key on both sides.',
  },
  'left-different': {
    brief: 'when it ended',
    title: 'The sides differed when the task ended',
    text: 'What the source had written and the target did not have yet by then is not on its way any more. A task that goes on, or is started again, brings it; Compare now names the keys.',
  },
  'own-keys': {
    brief: 'own keys',
    title: 'The target holds keys of its own',
    text: 'The target was not empty when the task began, and only it has more keys. Compare now names them: they are those that are missing on the source.',
  },
  evicted: {
    brief: 'keys evicted',
    title: 'The target has evicted keys',
    text: 'It removed keys to make room, as its maxmemory-policy says, so it lacks what the source has, whatever the counts say. Raise its maxmemory or set its maxmemory-policy to noeviction; Compare now names what is missing, and Full copy again, in the menu beside Edit, brings it back.',
  },
  found: {
    brief: 'compared: differs',
    title: 'A comparison has found differences',
    text: 'Counts do not tell of values, so what was found stands until another comparison finds nothing, or a new full copy replaces it.',
  },
  real: {
    brief: 'sides differ',
    title: 'The sides differ',
    text: 'The task is in step, and neither changes on their way nor expiry explains the difference. Perhaps something else writes to the target. Compare now names the keys; after that, stop what writes to the target, and choose Full copy again in the menu beside Edit.',
  },
};

/** The difference of the keys without expiry, source minus target, as a figure. */
export function driftFigure({ difference, more }: Judgement['drift']): string {
  if (difference === null) return '–';
  // In one database the one side has more, in another one the other.
  if (more === 'both') return `±${formatCount(difference)}`;
  return formatDifference(more === 'target' ? -difference : difference);
}

const MORE_WORDS = {
  source: 'more on the source',
  target: 'more on the target',
  both: 'more on the one side or on the other, added up over the databases',
} as const;

/** Which side has more of them; empty where neither has. */
export const moreWords = ({ more }: Judgement['drift']): string => (more === null ? '' : MORE_WORDS[more]);
