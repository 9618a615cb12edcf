/** One source for several targets in one process: it is read once, and no target holds up another. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { SourceLogs } from '../../electron/engine/intake/source-log/source-logs.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';
import { atNight } from '../support/nightly.ts';
import { OneToMany } from '../support/one-to-many/bench.ts';
import { poll } from '../support/sync-run.ts';

const MB = 1024 * 1024;

let bench: OneToMany;

afterEach(() => bench?.close());

async function fill(keys: number): Promise<void> {
  const writes = bench.a.pipeline();
  for (let i = 0; i < keys; i++) writes.set(`key:${i}`, `value ${i} ${'x'.repeat(100)}`);
  await writes.exec();
}

it('is copied once, read over one link, and acknowledged as far as all targets are', async () => {
  bench = await OneToMany.open({ targets: 3 });
  await fill(20_000);
  bench.write();
  await bench.follow();
  expect(await bench.figures()).toEqual({ links: 1, fullSyncs: 1, partialSyncs: 0 });
  bench.runs[1]!.run.pause();
  await sleep(300);
  await bench.a.incr('counted');
  await bench.applied(0, 2);
  expect(await bench.a.wait(1, 1500)).toBe(0);
  bench.runs[1]!.run.resume();
  await bench.applied();
  expect(await bench.a.wait(1, 3000)).toBe(1);
  for (const { fullCopies } of await bench.endEqual()) expect(fullCopies).toBe(1);
});

atNight(
  'of a target that begins while its snapshot has been passed on already has one of its own, and one link in the end',
  async () => {
    bench = await OneToMany.open({ targets: 3 });
    await fill(20_000);
    bench.write();
    bench.start(0);
    bench.start(1);
    await bench.inStep();
    await bench.applied(0, 1);
    await bench.a.set('large', Buffer.alloc(20 * MB));
    await bench.applied(0, 1);
    await sleep(1500);
    bench.start(2);
    await bench.inStep();
    await bench.readOnce();
    expect(await bench.figures()).toMatchObject({ links: 1, fullSyncs: 2 });
    const outcomes = await bench.endEqual();
    expect(outcomes.map(({ fullCopies }) => fullCopies)).toEqual([1, 1, 1]);
  },
);

it('goes on to the others while a target is dead, and that one goes on where it was', async () => {
  bench = await OneToMany.open({
    targets: 3,
    targetArgs: ['--appendonly', 'yes', '--appendfsync', 'always'],
  });
  await fill(5000);
  bench.write();
  await bench.follow();
  await bench.targets[1]!.kill();
  await sleep(500);
  await bench.applied(0, 2);
  await poll('the two are in step', () => [0, 2].every((i) => bench.runs[i]!.phases.at(-1) === 'in-step'));
  expect(bench.runs[1]!.phases.at(-1)).toBe('reconnecting');
  for (const i of [0, 2]) expect(bench.runs[i]!.phases).not.toContain('reconnecting');
  await bench.targets[1]!.restart();
  await bench.applied();
  expect(await bench.figures()).toEqual({ links: 1, fullSyncs: 1, partialSyncs: 0 });
  for (const { fullCopies } of await bench.endEqual()) expect(fullCopies).toBe(1);
});

it('goes on over one link when that breaks', async () => {
  bench = await OneToMany.open({ targets: 3 });
  await fill(5000);
  bench.write();
  await bench.follow();
  for (let round = 1; round <= 3; round++) {
    await bench.a.call('CLIENT', 'KILL', 'TYPE', 'replica');
    await bench.applied();
    expect(await bench.figures()).toEqual({ links: 1, fullSyncs: 1, partialSyncs: round });
    await sleep(300);
  }
  for (const { fullCopies } of await bench.endEqual()) expect(fullCopies).toBe(1);
});

atNight('is copied once more for all where it has another history', async () => {
  bench = await OneToMany.open({ targets: 3, sourceArgs: ['--enable-debug-command', 'yes'] });
  await fill(20_000);
  bench.write();
  await bench.follow();
  await bench.a.call('DEBUG', 'CHANGE-REPL-ID');
  await bench.a.call('CLIENT', 'KILL', 'TYPE', 'replica');
  await poll('all are copied to again', () =>
    bench.runs.every(({ told }) => told.some((text) => text.includes('A new full copy is needed'))),
  );
  await bench.applied();
  expect(await bench.figures()).toMatchObject({ links: 1, fullSyncs: 3 });
  for (const { fullCopies } of await bench.endEqual()) expect(fullCopies).toBe(2);
});

/** Writes more than the buffer holds, no faster than these targets apply it, and waits until another one is cut loose. */
async function overflow(slow: number, ...others: readonly number[]): Promise<void> {
  for (let i = 0; i < 100; i++) {
    await bench.a.set(`large:${i % 5}`, Buffer.alloc(MB, i));
    await bench.a.incr('counter');
    if (i % 5 === 0) await bench.applied(...others);
  }
  await poll(`it is cut loose\n${bench.story()}`, () => bench.runs[slow]!.faults.length > 0);
  await bench.applied(...others);
  expect(bench.runs[slow]!.faults, bench.story()).toEqual(['TARGET_CUT_LOOSE']);
  for (const other of others) expect(bench.runs[other]!.faults, bench.story()).toEqual([]);
}

it('cuts loose by name the one that is paused when the buffer is full, and only that one', async () => {
  bench = await OneToMany.open({ targets: 3, sourceArgs: ['--repl-backlog-size', '1mb'] });
  await fill(1000);
  await bench.follow({ spoolMaxBytes: 4 * MB });
  bench.runs[1]!.run.pause();
  await overflow(1, 0, 2);
  expect(bench.runs[1]!.told.join('\n')).toContain('too far behind the others');
  expect(await bench.figures()).toEqual({ links: 1, fullSyncs: 1, partialSyncs: 0 });
  bench.runs[1]!.run.resume();
  await bench.applied();
  await bench.inStep();
  await bench.readOnce();
  const outcomes = await bench.endEqual();
  expect(outcomes.map(({ fullCopies }) => fullCopies)).toEqual([1, 2, 1]);
});

it('lets a target that was cut loose go on from the backlog, over a log of its own, and back', async () => {
  bench = await OneToMany.open({ targets: 2, sourceArgs: ['--repl-backlog-size', '256mb'] });
  await fill(1000);
  await bench.follow({ spoolMaxBytes: 4 * MB });
  bench.runs[1]!.run.pause();
  await overflow(1, 0);
  bench.runs[1]!.run.resume();
  await bench.applied();
  await bench.readOnce();
  await bench.inStep();
  expect(await bench.figures()).toMatchObject({ links: 1, fullSyncs: 1 });
  for (const { fullCopies } of await bench.endEqual()) expect(fullCopies).toBe(1);
});

atNight('is read once by runs that resume from different places', async () => {
  bench = await OneToMany.open({ targets: 3 });
  await fill(5000);
  bench.write();
  await bench.follow();
  for (const { run, outcome } of bench.runs) {
    run.stop('now');
    await outcome;
    await sleep(400);
  }
  bench.logs = new SourceLogs(systemWorld);
  await bench.follow();
  await bench.readOnce();
  expect(await bench.figures()).toMatchObject({ links: 1, fullSyncs: 1 });
  for (const { fullCopies } of await bench.endEqual()) expect(fullCopies).toBe(0);
});

it('stays with the others when a run ends, and its link goes with the last one', async () => {
  bench = await OneToMany.open({ targets: 2 });
  await fill(5000);
  bench.write();
  await bench.follow();
  bench.runs[0]!.run.stop('drain');
  await bench.runs[0]!.outcome;
  await bench.applied(1);
  expect(await bench.figures()).toEqual({ links: 1, fullSyncs: 1, partialSyncs: 0 });
  bench.start(0);
  await bench.inStep();
  await bench.endEqual();
  await poll('no link', async () => (await bench.figures()).links === 0);
  expect((await bench.figures()).fullSyncs).toBe(1);
});
