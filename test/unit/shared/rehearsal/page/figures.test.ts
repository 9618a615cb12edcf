import { expect, test } from 'vitest';
import { figuresOf } from '../../../../../shared/rehearsal/page/figures.ts';
import type { RehearsalReport } from '../../../../../shared/rehearsal/report.ts';
import { copyReport } from '../../../../support/rehearsal-report.ts';

const lossIn = (rpo: RehearsalReport['rpo']): readonly string[] =>
  figuresOf(copyReport({ kind: 'failover', rpo }))
    .filter(({ name }) => name.includes('RPO'))
    .map(({ value, note }) => `${value} | ${note}`);

const written = { commandsPerSecond: 3000, bytesPerSecond: 800_000 };

test('what was lost stands beside what was written then', () => {
  expect(lossIn({ bytes: 8000, seconds: 0.012, commands: 30, written })).toEqual([
    '12 ms, 7.8 KB | at most: what the source had when it was asked right after the loss, and the target never got, about 30 commands by their mean size. The source wrote 3,000 commands/s then, 781.3 KB/s',
  ]);
  expect(lossIn({ bytes: 0, seconds: 0, commands: 0, written })).toEqual([
    '0 ms, 0 B | the target had all that the source had when it was asked right after the loss. The source wrote 3,000 commands/s then, 781.3 KB/s',
  ]);
  const still = { commandsPerSecond: 0, bytesPerSecond: 40_000 };
  expect(lossIn({ bytes: 27, seconds: 0.1, commands: null, written: still })[0]).toMatch(
    /The source wrote 0 commands\/s then$/,
  );
});

test('a report of an earlier version does not tell it', () => {
  expect(lossIn({ bytes: 8000, seconds: 1, commands: null })).toEqual([
    '1.0 s, 7.8 KB | at most: what the source had when it was asked right after the loss, and the target never got',
  ]);
});

test('of a cluster each shard is told, those that lost most first, and the rest counted', () => {
  const shards = Array.from({ length: 10 }, (_, n) => ({ slots: `${n}-${n}`, bytes: n, seconds: n }));
  const [figure] = figuresOf(
    copyReport({ kind: 'failover', rpo: { bytes: 45, seconds: 9, commands: null, shards } }),
  ).filter(({ name }) => name === 'Lost, shard by shard');
  expect(figure!.value).toMatch(/^slots 9-9: 9\.0 s, 9 B; slots 8-8: 8\.0 s, 8 B; /);
  expect(figure!.value).toMatch(/; … and 2 more, which lost less$/);
});
