import { formatCount, formatKeys } from '../../shared/format/numbers.ts';
import type { RepairKind, RepairOutcome, RepairState } from '../../shared/model/key-repair.ts';

const OUTCOMES: Readonly<Record<RepairOutcome, string>> = {
  copied: 'copied again',
  removed: 'removed from the target',
  'not-on-source': 'left: the source does not have it any more',
  'on-source': 'left: the source has it by now',
  kept: 'left: it was on the target before the task',
  'not-of-task': 'left: it is none of the task’s keys',
  'too-large': 'left: its value is too large to be copied by itself (more than 64 MB)',
  'not-done': 'not done',
};
const ORDER = Object.keys(OUTCOMES) as RepairOutcome[];

export const outcomeWords = (outcome: RepairOutcome): string => OUTCOMES[outcome];

export const kindWords = (kind: RepairKind): string =>
  kind === 'copy' ? 'Copying keys again' : 'Removing keys from the target';

/** `3 copied again, 1 left: the source has it by now`. */
export function countsWords({ counts, reason }: RepairState): string {
  const parts = ORDER.flatMap((outcome) => {
    const count = counts[outcome] ?? 0;
    if (count === 0) return [];
    const why = outcome === 'not-done' && reason !== null ? ` (${reason})` : '';
    return [`${formatCount(count)} ${OUTCOMES[outcome]}${why}`];
  });
  return parts.join(', ');
}

/** What a request has come to, in a sentence. */
export function repairWords(state: RepairState): string {
  const done = countsWords(state);
  switch (state.status) {
    case 'running':
      return `${formatCount(state.total - state.left)} of ${formatKeys(state.total)} done${done ? `: ${done}` : ''}`;
    case 'cut-short':
      return `The task’s run ended before all were done: ${done ? `${done}, ` : ''}${formatCount(state.left)} as they were. Ask again once the task is in step.`;
    default:
      return `${done}.`;
  }
}
