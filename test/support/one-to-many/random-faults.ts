import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { SourceLogs } from '../../../electron/engine/intake/source-log/source-logs.ts';
import { systemWorld } from '../../../electron/engine/world/system-world.ts';
import { Random } from '../../../electron/headless/demo-data/random.ts';
import { poll } from '../sync-run.ts';
import { OneToMany } from './bench.ts';

const MB = 1024 * 1024;
const TARGETS = 3;
const DURABLE = ['--appendonly', 'yes', '--appendfsync', 'everysec'];
const LONGEST_MS = 1500;

/** What happens now and then, to one of the targets or to what is read of the source. */
const FAULTS = {
  'a target is killed': async (bench, target, random) => {
    await bench.targets[target]!.kill();
    await sleep(random.below(LONGEST_MS));
    await bench.targets[target]!.restart();
  },
  'the link breaks': async (bench) => {
    await bench.a.call('CLIENT', 'KILL', 'TYPE', 'replica');
  },
  'a target is paused for a while': async (bench, target, random) => {
    bench.runs[target]!.run.pause();
    await sleep(random.below(LONGEST_MS));
    bench.runs[target]!.run.resume();
  },
  'a target is paused until the buffer is full': async (bench, target) => {
    bench.runs[target]!.run.pause();
    for (let i = 0; i < 40; i++) await bench.a.set(`large:${i % 5}`, Buffer.alloc(2 * MB, i));
    bench.runs[target]!.run.resume();
  },
  'a run ends, and another goes on': async (bench, target, random) => {
    const { run, outcome } = bench.runs[target]!;
    run.stop('now');
    // One that was in the middle of a copy ends with that.
    await outcome.catch(() => undefined);
    await sleep(random.below(LONGEST_MS));
    bench.start(target, SPEC);
  },
  'a target comes back empty': async (bench, target) => {
    await bench.targets[target]!.client().flushall();
  },
  'the source has another history': async (bench) => {
    await bench.a.call('DEBUG', 'CHANGE-REPL-ID');
    await bench.a.call('CLIENT', 'KILL', 'TYPE', 'replica');
  },
  'the process begins anew': async (bench) => {
    for (const { run } of bench.runs) run.stop('now');
    await Promise.all(bench.runs.map(({ outcome }) => outcome.catch(() => undefined)));
    bench.logs = new SourceLogs(systemWorld);
    for (let i = 0; i < TARGETS; i++) bench.start(i, SPEC);
  },
} satisfies Record<string, (bench: OneToMany, target: number, random: Random) => Promise<void>>;

const SPEC = {
  spoolMaxBytes: 8 * MB,
  retryForMs: 60_000,
  allowShrinkPercent: 100,
  existing: 'overwrite',
} as const;

/** Declares a test of a source with three targets under a writer, to which faults happen at random moments. LOCKSTEP_SEED repeats it. */
export function testRandomFaults(seed: number, faults: number): void {
  test(
    `${faults} faults at random moments leave all targets equal, and the source read once (seed ${seed})`,
    { timeout: 600_000 },
    async () => {
      const random = new Random(seed);
      const bench = await OneToMany.open({
        targets: TARGETS,
        sourceArgs: ['--enable-debug-command', 'yes'],
        targetArgs: DURABLE,
      });
      const happened: string[] = [];
      try {
        const writes = bench.a.pipeline();
        for (let i = 0; i < 10_000; i++) writes.set(`key:${i}`, `value ${i} ${'x'.repeat(100)}`);
        await writes.exec();
        bench.write(2000, seed);
        await bench.follow(SPEC);
        for (let i = 0; i < faults; i++) {
          const name = random.pick(Object.keys(FAULTS) as (keyof typeof FAULTS)[]);
          const target = random.below(TARGETS);
          happened.push(`${new Date().toISOString().slice(14, 23)} ${name} (${target})`);
          await FAULTS[name](bench, target, random);
          await sleep(random.below(LONGEST_MS));
        }
        await bench.stopWriting();
        await bench.applied();
        await bench.inStep();
        await poll('one link', async () => (await bench.figures()).links === 1);
        await bench.endEqual();
      } catch (error) {
        expect.fail(`${happened.join('\n')}\n${String(error)}\n${bench.story()}`);
      } finally {
        await bench.close();
      }
    },
  );
}
