import { expect, it } from 'vitest';
import { describeOutlook } from '../../../../shared/format/outlook-words.ts';
import type { TaskOutlook } from '../../../../shared/model/task-outlook.ts';

const OUTLOOK: TaskOutlook = {
  ...{ atMs: 1, start: 'resume', reason: null, writes: 'none', faults: [] },
  ...{ sourceKeys: 1000, targetKeys: 998 },
};
const said = (change: Partial<TaskOutlook>, existing: 'fail' | 'overwrite' = 'fail'): string =>
  describeOutlook({ ...OUTLOOK, ...change }, { existing }).join(' ');

it.each<[Partial<TaskOutlook>, RegExp]>([
  [
    {},
    /^The target holds 998 keys, the source 1,000 keys .* goes on from its checkpoint: .* what follows\.$/,
  ],
  [{ writes: 'some' }, /Others have written .*; what they changed stays\.$/],
  [
    { start: 'new-copy' },
    /no longer has what follows .* the 998 that the target holds are replaced one by one/,
  ],
  [{ start: 'new-copy', reason: 'a full copy was asked for' }, /is made: a full copy was asked for\./],
  [{ start: 'new-copy', writes: 'some' }, /it is refused, and nothing is changed\.$/],
  [{ start: 'first-copy' }, /keys are there already: it refuses to begin\.$/],
  [{ start: 'first-copy', targetKeys: 0 }, /It begins with a full copy\.$/],
  [{ start: 'unknown' }, /does not tell: if not, a new full copy/],
  [
    { start: 'unknown', sourceKeys: null, faults: ['a:1: connection refused'] },
    /^The target holds 998 keys, what the source holds is not known .* both servers can be looked at\.$/,
  ],
])('what a start comes to: %j', (change, words) => {
  expect(said(change)).toMatch(words);
});

it('with consent, what others wrote is not refused', () => {
  expect(said({ start: 'new-copy', writes: 'unknown' }, 'overwrite')).toMatch(/target’s own, of which names/);
  expect(said({ start: 'first-copy' }, 'overwrite')).toMatch(/overwrites keys of the same name/);
});
