import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWriter } from '../../electron/headless/demo-data/writer/start-writer.ts';
import type { TaskSpec } from '../../shared/model/task-spec.ts';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import { startRedis, type RedisProcess } from './redis-server.ts';
import { expectEqual } from './sync-outcome.ts';
import { poll, startRun, type SyncRun } from './sync-run.ts';

let source: RedisProcess;
let target: RedisProcess;
let spoolDir: string;

const run = (spec: Partial<TaskSpec>): SyncRun => startRun(source.url, target.url, { spoolDir, ...spec });

/** Keys may have expired on the target while the tool rested: the run has looked after them, and copied nothing else. */
async function expectRepaired({ told, outcome }: SyncRun): Promise<void> {
  const text = told.join('\n');
  expect(text).toMatch(/\d+ keys that may have expired on the target meanwhile/);
  expect(text).not.toContain('A new full copy');
  expect((await outcome).fullCopies).toBe(0);
}

async function expiredOnTarget(): Promise<number> {
  const stats = await target.client().info('stats');
  return Number(/expired_keys:(\d+)/.exec(stats)?.[1]);
}

/**
 * Declares the test of a sync under a writer that is stopped so many times, in order and at once in turn, and rests each time until
 * keys have expired on the target.
 */
export function testStops(stops: number): void {
  beforeAll(async () => {
    spoolDir = mkdtempSync(path.join(tmpdir(), 'lockstep-stops-'));
    [source, target] = await Promise.all([
      startRedis({ args: ['--repl-backlog-size', '64mb'] }),
      startRedis(),
    ]);
  });

  afterAll(async () => {
    await Promise.all([source?.stop(), target?.stop()]);
    rmSync(spoolDir, { recursive: true, force: true });
  });

  test(`stays exact over ${stops} stops while the source is written to, however long the tool rests`, async () => {
    const writer = startWriter(parseEndpoint(source.url), {
      ratePerSecond: 1500,
      databases: [0, 1],
      seed: 77,
    });
    try {
      for (let stop = 0; stop < stops; stop++) {
        const started = run({ until: 'stopped' });
        await started.reached('in-step');
        // Until some batches have gone through: a stop is to meet others under way.
        const applied = started.session.sampler.metrics('in-step').applied.commands;
        await poll(
          'commands applied',
          () => started.session.sampler.metrics('in-step').applied.commands > applied + 500,
        );
        started.session.stop(stop % 2 === 0 ? 'drain' : 'now');
        expect((await started.outcome).reason).toBe('stopped');
        if (stop > 0) await expectRepaired(started);
        const expired = await expiredOnTarget();
        await poll('keys that expire on the target', async () => (await expiredOnTarget()) > expired);
      }
    } finally {
      expect((await writer.stop()).errorSamples).toEqual([]);
    }
    const last = run({ until: 'caught-up' });
    await last.outcome;
    await expectEqual(source, target);
    await expectRepaired(last);
  });
}
