import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { withGround } from '../../support/histories.ts';
import type { Verdict } from '../../simulator/simulation.ts';
import { SCENES } from '../../simulator/topology.ts';
import { KNOWN_FAULTS } from '../../simulator/known-faults.ts';
import { readFileSync } from 'node:fs';

const ROOT = path.resolve(import.meta.dirname, '../../..');

it.each(SCENES)('one seed is one history (%s)', async (scene) => {
  await withGround(scene, async (history) => {
    for (const seed of scene === 'standalone' ? [3, 4, 5, 6] : [3, 4]) {
      const first = await history(seed);
      const again = await history(seed);
      expect(again.lines).toEqual(first.lines);
      expect(again.happened).toBe(first.happened);
      expect(first.lines.length).toBeGreaterThan(5);
    }
  });
});

it('its histories have faults of every kind in them, and a task that goes through its phases', async () => {
  const counts = new Map<string, number>();
  await withGround('standalone', async (history) => {
    for (let seed = 1000; seed < 1060; seed++)
      for (const [what, count] of Object.entries((await history(seed)).counts))
        counts.set(what, (counts.get(what) ?? 0) + count);
  });
  expect([...counts.keys()]).toEqual(
    expect.arrayContaining([
      ...['full-copy', 'catching-up', 'in-step', 'reconnecting', 'releasing', 'paused', 'receiving'],
      ...[
        'kill',
        'cut target',
        'cut source',
        'stall target',
        'freeze target',
        'restart target',
        'fail over source',
      ],
      ...['take over', 'meddle', 'out of memory', 'read-only', 'kill behind a claim', 'TARGET_TAKEN_OVER'],
    ]),
  );
}, 120_000);

it('histories of clusters have slots that move and nodes that are replaced in them', async () => {
  const wanted = new Set([
    ...['full-copy', 'catching-up', 'in-step', 'reconnecting', 'releasing'],
    ...['move slots of the target', 'move slots of the source'],
    ...['fail over source', 'move slots and fail over'],
  ]);
  const kinds = [...wanted].filter((what) => what.includes(' '));
  const look = async (history: (seed: number) => Promise<Verdict>): Promise<void> => {
    // Whatever is changed in the engine, the same seeds are other histories.
    for (let seed = 1000; seed < 1060 && wanted.size > 0; seed++)
      for (const what of Object.keys((await history(seed)).counts)) wanted.delete(what);
  };
  await withGround('both', look, kinds);
  expect([...wanted]).toEqual([]);
}, 120_000);

it.each(Object.entries(KNOWN_FAULTS))(
  'the place of the known fault %s is still there',
  (_, { file, text }) => {
    expect(readFileSync(path.join(ROOT, file), 'utf8').split(text)).toHaveLength(2);
  },
);

it('a fault that the engine once had is found again', async () => {
  const found = await promisify(execFile)(
    process.execPath,
    [
      ...['test/simulator/simulate.ts', '--seeds', '300', '--until-found', '--put-back', 'failed-command'],
      ...['--traits', ''],
    ],
    { cwd: ROOT },
  ).catch((error: { readonly code: number; readonly stdout: string }) => error);
  expect(found).toMatchObject({ code: 1, stdout: expect.stringMatching(/^seed \d+: /) });
}, 120_000);
