import type { Outcome } from '../../../shared/contract/engine-messages.ts';
import type { SlotSet } from '../router/slot-set.ts';

/** How one run of a part has ended. */
export interface PartEnd {
  readonly number: number;
  readonly slots: SlotSet;
  readonly outcome: Outcome;
}

/** How a task has ended all parts of which have. `earlier`: runs of parts that were begun anew since, or whose shard is gone. */
export function jointOutcome(parts: readonly PartEnd[], earlier: readonly PartEnd[]): Outcome {
  const all = parts.map(({ outcome }) => outcome);
  const done = [...parts, ...earlier];
  const total = (of: (outcome: Outcome) => number, from: readonly PartEnd[] = done): number =>
    from.reduce((sum, { outcome }) => sum + of(outcome), 0);
  const copiesOf = (number: number): number =>
    total(
      ({ fullCopies }) => fullCopies,
      done.filter((part) => part.number === number),
    );
  const lost = jointLoss(all);
  return {
    // Stopped as soon as one of them was: it may lack what the others have.
    reason: all.find(({ reason }) => reason === 'stopped')?.reason ?? all[0]!.reason,
    resumable: all.every(({ resumable }) => resumable),
    replid: '',
    offset: total(({ offset }) => offset, parts),
    keysCopied: total(({ keysCopied }) => keysCopied),
    commandsApplied: total(({ commandsApplied }) => commandsApplied),
    // Of that shard which was copied most often.
    fullCopies: Math.max(...done.map(({ number }) => copiesOf(number))),
    // Every part looks at the same servers.
    evictedKeys: Math.max(...all.map(({ evictedKeys }) => evictedKeys)),
    ...(lost && { lost }),
    feeds: parts.map(({ outcome: { replid, offset, lost: ofShard }, slots }) => ({
      ...{ slots: String(slots), replid, offset },
      ...(ofShard && { lost: ofShard }),
    })),
  };
}

/** undefined where it is not known of all. */
function jointLoss(outcomes: readonly Outcome[]): Outcome['lost'] {
  const known = outcomes.flatMap(({ lost }) => (lost ? [lost] : []));
  if (known.length === 0 || known.length < outcomes.length) return undefined;
  return {
    bytes: known.reduce((sum, { bytes }) => sum + bytes, 0),
    seconds: Math.max(...known.map(({ seconds }) => seconds)),
  };
}
