import { expect, it } from 'vitest';
import { repairWords } from '../../../../renderer/values/repair-words.ts';
import type { RepairState } from '../../../../shared/model/key-repair.ts';

const state = (change: Partial<RepairState>): RepairState => ({
  ...{ taskId: 't', status: 'done', kind: 'copy', total: 5, left: 0 },
  ...{ startedAtMs: 1, endedAtMs: 2, counts: {}, keys: [], reason: null },
  ...change,
});

it('what has come of keys is counted by its outcome, with the reason of what was not done', () => {
  expect(
    repairWords(state({ counts: { 'not-done': 1, copied: 3, kept: 1 }, reason: 'no right to DUMP' })),
  ).toBe('3 copied again, 1 left: it was on the target before the task, 1 not done (no right to DUMP).');
});

it('one that runs says how far it is, and one that was cut short what is as it was', () => {
  expect(repairWords(state({ status: 'running', left: 3, counts: { copied: 2 } }))).toBe(
    '2 of 5 keys done: 2 copied again',
  );
  expect(repairWords(state({ status: 'cut-short', left: 5 }))).toContain('5 as they were');
});
