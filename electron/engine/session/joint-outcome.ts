import type { Outcome } from '../../../shared/contract/engine-messages.ts';
import type { RunningPart } from './running-part.ts';

/** How a task has ended all parts of which have. */
export function jointOutcome(parts: readonly Pick<RunningPart, 'outcome' | 'ground'>[]): Outcome {
  const ends = parts.flatMap(({ outcome, ground }) => (outcome ? [{ outcome, slots: ground.slots }] : []));
  const all = ends.map(({ outcome }) => outcome);
  const sum = (of: (outcome: Outcome) => number): number => all.reduce((total, one) => total + of(one), 0);
  return {
    // Stopped as soon as one of them was: it may lack what the others have.
    reason: all.find(({ reason }) => reason === 'stopped')?.reason ?? all[0]!.reason,
    resumable: all.every(({ resumable }) => resumable),
    replid: '',
    offset: sum(({ offset }) => offset),
    keysCopied: sum(({ keysCopied }) => keysCopied),
    commandsApplied: sum(({ commandsApplied }) => commandsApplied),
    fullCopies: Math.max(...all.map(({ fullCopies }) => fullCopies)),
    // Every part looks at the same servers.
    evictedKeys: Math.max(...all.map(({ evictedKeys }) => evictedKeys)),
    feeds: ends.map(({ outcome: { replid, offset }, slots }) => ({ slots: String(slots), replid, offset })),
  };
}
