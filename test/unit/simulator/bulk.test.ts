import { expect, it } from 'vitest';
import type { Kind } from '../../simulator/bulk/open-histories.ts';
import { readRecord, recordLine, sumOf, type Recorded } from '../../simulator/bulk/record.ts';
import { openRunner } from '../../simulator/bulk/side-by-side.ts';
import type { Told } from '../../simulator/bulk/tally.ts';

const KIND: Kind = { topology: 'standalone', brief: true, only: undefined, putBack: undefined };

async function toldBy(jobs: number, seeds: readonly number[], goesOn = (): boolean => true): Promise<Told[]> {
  const told: Told[] = [];
  const runner = await openRunner(KIND, jobs);
  await runner.run(seeds, (one) => told.push(one), goesOn);
  await runner.run(
    [40],
    (one) => told.push(one),
    () => true,
  );
  runner.close();
  return told.toSorted((a, b) => a.seed - b.seed);
}

it('histories in several processes are those of one', async () => {
  const seeds = [0, 1, 2, 3];
  const told = await toldBy(2, seeds);
  expect(told.map(({ seed }) => seed)).toEqual([...seeds, 40]);
  expect(told).toEqual(await toldBy(1, seeds));
}, 120_000);

it('no further one is begun once nobody wants it', async () => {
  let left = 2;
  expect(await toldBy(2, [0, 1, 2, 3, 4], () => left-- > 0)).toHaveLength(3);
}, 120_000);

it('what was run on several days is summed up by its kind', () => {
  const recorded: Recorded[] = [
    { commit: 'abc', kind: 'both', first: 0, last: 499, wrong: [] },
    { commit: 'abc', kind: 'standalone', first: 0, last: 9, wrong: [3, 7] },
    { commit: 'def+', kind: 'both', first: 400, last: 599, wrong: [] },
  ];
  const lines = recorded.map(recordLine);
  expect(lines[1]).toBe('abc standalone 0 9 failed 3 7');
  expect(lines.map(readRecord)).toEqual(recorded);
  expect(sumOf(lines)).toEqual([
    'both: 700 histories of 600 seeds at 2 commits, all as they should be',
    'standalone: 10 histories of 10 seeds at 1 commits; wrong: 3 (abc), 7 (abc)',
  ]);
  expect(() => readRecord('abc both 0 ok')).toThrow('no record');
});
