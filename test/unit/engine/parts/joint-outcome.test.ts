import { expect, test } from 'vitest';
import { jointOutcome, type PartEnd } from '../../../../electron/engine/parts/joint-outcome.ts';
import { SlotSet } from '../../../../electron/engine/router/slot-set.ts';
import type { Outcome } from '../../../../shared/contract/engine-messages.ts';

const part = (number: number, slots: string, lost?: Outcome['lost']): PartEnd => ({
  number,
  slots: SlotSet.parse(slots)!,
  outcome: {
    ...{ reason: 'stopped', resumable: true, replid: `history ${number}`, offset: 10 * number },
    ...{ keysCopied: 1, commandsApplied: 2, fullCopies: 1, evictedKeys: 0 },
    ...(lost && { lost }),
  },
});

test('what shards have lost is added up, the longest of their times counts, and each is told', () => {
  const outcome = jointOutcome(
    [part(1, '0-8191', { bytes: 10, seconds: 2 }), part(2, '8192-16383', { bytes: 5, seconds: 3 })],
    [],
  );
  expect(outcome.lost).toEqual({ bytes: 15, seconds: 3 });
  expect(outcome.feeds).toEqual([
    { slots: '0-8191', replid: 'history 1', offset: 10, lost: { bytes: 10, seconds: 2 } },
    { slots: '8192-16383', replid: 'history 2', offset: 20, lost: { bytes: 5, seconds: 3 } },
  ]);
});

test('what is not known of one shard is not known of all', () => {
  const outcome = jointOutcome([part(1, '0-8191', { bytes: 10, seconds: 2 }), part(2, '8192-16383')], []);
  expect(outcome.lost).toBeUndefined();
});
