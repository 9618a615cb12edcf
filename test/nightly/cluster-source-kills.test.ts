/** From a cluster, while the engine, nodes of the source and servers of the target are killed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, test } from 'vitest';
import { Random } from '../../electron/headless/demo-data/random.ts';
import { ClusterSourceBench, type TargetKind } from '../support/cluster-source/bench.ts';
import type { EngineChild } from '../support/engine-child.ts';
import { eventually } from '../support/eventually.ts';
import { startCli } from '../support/run-cli.ts';
import type { RedisProcess } from '../support/redis-server.ts';

const SEED = Number(process.env['LOCKSTEP_SEED'] ?? Date.now() % 100_000);
const KILLS = 4;
const LONGEST_MS = 2500;
const DURABLE = ['--appendonly', 'yes', '--appendfsync', 'always'];

const random = new Random(SEED);
let bench: ClusterSourceBench;
let engine: EngineChild;

afterEach(() => bench?.close());

describe.each<TargetKind>(['one server', 'a cluster of 2 shards'])('to %s', (target) => {
  test(`the engine is killed at random moments, and goes on without a full copy (seed ${SEED})`, async () => {
    bench = await ClusterSourceBench.open({ target });
    await bench.write(SEED);
    engine = await bench.follow();
    await bench.applied(engine, 100);
    const before = await bench.fullSyncs();
    for (let kill = 0; kill < KILLS; kill++) {
      await sleep(random.below(LONGEST_MS));
      engine.kill();
      await engine.exited;
      engine = await bench.start();
    }
    await engine.untilPhase('in-step');
    await bench.expectEqual(engine, { fullCopies: 0 });
    expect(await bench.fullSyncs()).toBe(before);
  });

  test(`the engine is killed at random moments of the first copy (seed ${SEED})`, async () => {
    bench = await ClusterSourceBench.open({ target });
    const large = 'x'.repeat(2000);
    await Promise.all(
      Array.from({ length: 6000 }, (_, n) => bench.source.client.set(`before:${n}`, `${n}${large}`)),
    );
    await bench.write(SEED);
    for (let kill = 0; kill < KILLS; kill++) {
      engine = await bench.start();
      await sleep(random.below(1200));
      engine.kill();
      await engine.exited;
    }
    engine = await bench.follow();
    await bench.applied(engine, 100);
    await bench.expectEqual(engine);
  });

  test('a server of the target is killed and comes back', async () => {
    bench = await ClusterSourceBench.open({ target, targetArgs: DURABLE });
    await bench.write(5);
    engine = await bench.follow();
    await bench.applied(engine);
    const victim: RedisProcess = 'members' in bench.target ? bench.target.members[1]!.server : bench.target;
    await victim.kill('SIGKILL');
    await sleep(1000);
    await victim.restart();
    await engine.untilPhase('in-step');
    await bench.applied(engine);
    await bench.expectEqual(engine);
  });

  test('a run that was killed is handed over by its name, and says how many keys', async () => {
    bench = await ClusterSourceBench.open({ target });
    const from = bench.source.client;
    await Promise.all(Array.from({ length: 90 }, (_, n) => from.set(`k:${n}`, n, 'EX', 900)));
    engine = await bench.follow();
    engine.kill();
    await engine.exited;
    const cli = startCli(['release', '--target', bench.target.url, '--task', 'orders']);
    expect(await cli.exited).toMatchObject({ status: 0 });
    await bench.expectSame();
    engine = await bench.follow();
    await bench.expectEqual(engine, { fullCopies: 0 });
  });
});

describe('a failover of a shard of the source', () => {
  it('that is asked for is followed without a full copy', async () => {
    bench = await ClusterSourceBench.open({ target: 'one server', source: { replicas: 1 } });
    await bench.write(7);
    engine = await bench.follow();
    await bench.applied(engine);
    const { members } = bench.source;
    // The replica of the second, then back.
    await bench.source.failover(members[4]!);
    await bench.applied(engine);
    await eventually('it follows the new primary', () =>
      (engine.metrics?.feeds ?? []).some(({ at }) => at.endsWith(`:${members[4]!.server.port}`)),
    );
    await bench.source.failover(members[1]!);
    await engine.untilPhase('in-step');
    await bench.applied(engine);
    await bench.expectEqual(engine, { fullCopies: 1 });
  });

  it('after the death of its primary is followed without a full copy', async () => {
    bench = await ClusterSourceBench.open({ target: 'one server', source: { replicas: 1 } });
    await bench.write(8);
    engine = await bench.follow(bench.spec({}, bench.source.members[1]));
    await bench.applied(engine);
    // The very node that was given.
    const [, dead, , , heir] = bench.source.members;
    await dead!.server.kill('SIGKILL');
    await eventually('the replica has taken over', async () =>
      (await heir!.client.info('replication')).includes('role:master'),
    );
    await eventually('it follows the new primary', () =>
      (engine.metrics?.feeds ?? []).some(({ at }) => at.endsWith(`:${heir!.server.port}`)),
    );
    await engine.untilPhase('in-step');
    await bench.applied(engine);
    await bench.expectEqual(engine, { fullCopies: 1 });
  });

  it('while no run works is found by the next one, which goes on without a full copy', async () => {
    bench = await ClusterSourceBench.open({ target: 'one server', source: { replicas: 1 } });
    await bench.write(9);
    engine = await bench.follow();
    await bench.applied(engine);
    await bench.end(engine);
    await bench.source.failover(bench.source.members[3]!);
    engine = await bench.follow();
    await bench.applied(engine);
    await bench.expectEqual(engine, { fullCopies: 0 });
  });
});
