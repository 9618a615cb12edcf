import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { localEndpoint } from '../../electron/headless/demo-data/local-endpoint.ts';
import { loadMixedSet } from '../../electron/headless/demo-data/mixed-set.ts';
import { Random } from '../../electron/headless/demo-data/random.ts';
import { startWriter } from '../../electron/headless/demo-data/writer/start-writer.ts';
import { compareServers } from '../../electron/engine/verify/compare-servers.ts';
import type { TaskSpec } from '../../shared/model/task-spec.ts';
import { EngineChild } from './engine-child.ts';
import { startRedis, type RedisProcess } from './redis-server.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';

const SEED = Number(process.env['LOCKSTEP_SEED'] ?? Date.now() % 100_000);
const KEYS = 15_000;
const LONGEST_MS = 3500;
const DURABLE = ['--appendonly', 'yes', '--appendfsync', 'everysec', '--repl-backlog-size', '32mb'];

const random = new Random(SEED);
let source: RedisProcess;
let target: RedisProcess;
let spoolDir: string;

function spec(until: TaskSpec['until']): TaskSpec {
  return {
    task: 'kills',
    source: localEndpoint(source.port),
    target: localEndpoint(target.port),
    databases: undefined,
    existing: 'fail',
    onFlush: 'stop',
    until,
    fullOnly: false,
    retryForMs: 60_000,
    spoolDir,
    spoolMaxBytes: 1024 ** 3,
    maxCommandsPerSecond: 0,
  };
}

async function start(until: TaskSpec['until']): Promise<EngineChild> {
  const engine = new EngineChild();
  await engine.until((event) => event.type === 'ready');
  engine.start(spec(until));
  return engine;
}

/** Kills a server, leaves it dead for a moment and starts it again; the engine may have to find its way for a while. */
async function killServer(server: RedisProcess): Promise<void> {
  await server.kill('SIGKILL');
  await sleep(random.below(800));
  await server.restart();
  await sleep(random.below(2500));
}

const VICTIMS = ['engine', 'target', 'engine', 'source', 'target'] as const;

/**
 * Declares the tests of a sync of the mixed set under a writer, in which the engine, the target and the source are killed in
 * turn at random moments. Whatever happened, the next run must end with both sides equal. LOCKSTEP_SEED repeats a run.
 */
export function testKills(kills: number): void {
  beforeAll(async () => {
    spoolDir = mkdtempSync(path.join(tmpdir(), 'lockstep-kills-'));
    [source, target] = await Promise.all([startRedis({ args: DURABLE }), startRedis({ args: DURABLE })]);
    await loadMixedSet(localEndpoint(source.port), { keys: KEYS, withTtlShare: 0.5, seed: SEED });
  });

  afterAll(async () => {
    await Promise.all([source.stop(), target.stop()]);
    rmSync(spoolDir, { recursive: true, force: true });
  });

  test.each(Array.from({ length: kills }, (_, i) => [i + 1, VICTIMS[i % VICTIMS.length]!] as const))(
    `kill %i (seed ${SEED}): the %s`,
    { timeout: 180_000 },
    async (number, victim) => {
      const writer = startWriter(localEndpoint(source.port), {
        ratePerSecond: 5000,
        databases: [0, 1, 2, 5],
        seed: SEED + number,
        reconnect: true,
      });
      const engine = await start('stopped');
      await sleep(random.below(LONGEST_MS));
      if (victim === 'target') await killServer(target);
      else if (victim === 'source') await killServer(source);
      engine.kill();
      await writer.stop();

      const last = await start('caught-up');
      const end = await last.until((event) => event.type === 'finished');
      expect(end.type).toBe('finished');
      const report = await compareServers({
        world: systemWorld,
        source: localEndpoint(source.port),
        target: localEndpoint(target.port),
      });
      expect(report.differences).toEqual([]);
      expect(report.databases.reduce((sum, { compared }) => sum + compared, 0)).toBeGreaterThan(KEYS / 2);
    },
  );
}
