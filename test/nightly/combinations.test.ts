/** Every kind of source to every kind of target, under a writer, through a killed tool and what happens to servers in mid-stream. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { compareServers } from '../../electron/engine/verify/compare-servers.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import type { TaskSpec } from '../../shared/model/task-spec.ts';
import { compareDigests } from '../support/cluster-source/digests.ts';
import { KINDS, openSide, type Side } from '../support/combinations/side.ts';
import { EngineChild } from '../support/engine-child.ts';
import { eventually } from '../support/eventually.ts';

const SEED = Number(process.env['LOCKSTEP_SEED'] ?? Date.now() % 100_000);

const spoolDir = mkdtempSync(path.join(tmpdir(), 'lockstep-combinations-'));
let sides: readonly [Side, Side] | undefined;
let engine: EngineChild | undefined;

afterEach(async () => {
  engine?.kill();
  await Promise.all((sides ?? []).map((side) => side.stop()));
  sides = undefined;
});

afterAll(() => rmSync(spoolDir, { recursive: true, force: true }));

async function start(spec: TaskSpec): Promise<EngineChild> {
  const started = (engine = new EngineChild());
  await started.until((event) => event.type === 'ready');
  started.start(spec);
  return started;
}

const goesOn = async (run: EngineChild, commands = 300): Promise<void> => {
  const from = run.metrics?.applied.commands ?? 0;
  await eventually(
    `${commands} more commands are applied`,
    () => {
      const failed = run.events.find(({ type }) => type === 'failed');
      if (failed) throw new Error(JSON.stringify(failed));
      return (run.metrics?.applied.commands ?? 0) > from + commands;
    },
    90_000,
  );
};

const inStep = (run: EngineChild): Promise<void> =>
  eventually('it is in step', () => run.metrics?.phase === 'in-step', 90_000);

describe.each(KINDS)('from %s', (from) => {
  it.each(KINDS)(`to %s, equal (seed ${SEED})`, async (to) => {
    const [source, target] = (sides = await Promise.all([openSide(from), openSide(to)]));
    const spec: TaskSpec = {
      ...{ task: 'orders', source: parseEndpoint(source.url), target: parseEndpoint(target.url) },
      ...{ databases: [0], existing: 'fail', onFlush: 'stop', until: 'stopped', fullOnly: false },
      ...{ retryForMs: 120_000, spoolDir, spoolMaxBytes: 1024 ** 3, maxCommandsPerSecond: 0 },
    };
    const writer = await source.write(SEED);
    let run = await start(spec);
    await run.untilPhase('in-step');
    await goesOn(run);

    const again = async (): Promise<void> => {
      run.kill();
      await run.exited;
      run = await start(spec);
    };
    await target.reshard();
    await goesOn(run);
    await target.failOver();
    await goesOn(run);
    await again();
    await source.reshard();
    await goesOn(run);
    await source.failOver();
    await sleep(500);
    await again();
    await goesOn(run);

    await writer.stop();
    await inStep(run);
    const ended = run.until((event) => event.type === 'finished');
    run.stop();
    expect(await ended).toMatchObject({ outcome: { reason: 'stopped', resumable: true } });
    const told = run.events.flatMap((event) => (event.type === 'event' ? [event.text] : [])).join('\n');
    const report = await compareServers({ world: systemWorld, source: spec.source, target: spec.target });
    expect(report.differences, told).toEqual([]);
    const { different, keys } = await compareDigests(await source.primaries(), await target.primaries());
    expect(different, told).toEqual([]);
    expect(keys).toBeGreaterThan(100);
  });
});
