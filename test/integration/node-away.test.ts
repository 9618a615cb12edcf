/** One primary of a target cluster is away while a source is written to: the others go on, and in the end all is there once. */
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryShare } from '../../electron/engine/pacing/memory-share.ts';
import { compareServers } from '../../electron/engine/verify/compare-servers.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';
import type { TaskSpec } from '../../shared/model/task-spec.ts';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import { EngineChild } from '../support/engine-child.ts';
import { atNight, byDay } from '../support/nightly.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { poll, startRun, taskSpec, type SyncRun } from '../support/sync-run.ts';
import { replicating } from '../support/replicating.ts';
import { GatedCluster } from '../support/target/gated-cluster.ts';

let source: RedisProcess;
let target: GatedCluster;
let run: SyncRun | undefined;
let writing: Promise<void> | undefined;
let going = false;

beforeEach(async () => {
  [source, target] = await Promise.all([
    startRedis({ args: ['--repl-diskless-sync-delay', '0', '--repl-backlog-size', '64mb'] }),
    GatedCluster.start(),
  ]);
});
afterEach(async () => {
  going = false;
  await writing;
  await Promise.all(target.gates.map((gate) => gate.open()));
  run?.session.stop('now');
  await run?.outcome.catch(() => undefined);
  run = undefined;
  await Promise.all([source?.stop(), target?.stop()]);
});

/** Commands that are not the same when they are run twice or not at all, on keys of all nodes, none of which concerns several. */
function write(to = source): void {
  const client = to.client();
  going = true;
  const kinds = ['INCR', 'APPEND', 'RPUSH', 'LPOP', 'HINCRBY'] as const;
  writing = (async () => {
    for (let n = 0; going; n++) {
      const batch = client.pipeline();
      for (let i = 0; i < 40; i++) {
        const key = (n * 7 + i) % 60;
        const kind = kinds[(n + i) % kinds.length]!;
        if (kind === 'INCR') batch.incr(`counter:${key}`);
        else if (kind === 'APPEND') batch.append(`text:${key}`, 'x');
        else if (kind === 'RPUSH') batch.rpush(`list:${key}`, n, i);
        else if (kind === 'LPOP') batch.lpop(`list:${key}`);
        else batch.hincrby(`hash:${key}`, `f${i}`, n);
      }
      await batch.exec().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  })();
}

const follow = (spec: Partial<TaskSpec> = {}, from = source): SyncRun =>
  (run = startRun(from.url, 'redis://unused', {
    until: 'stopped',
    target: target.endpoint,
    ...spec,
  }));

/** A counter of each node: what the source has is soon on those that are there. */
async function followed(nodes: readonly number[], from = source): Promise<void> {
  for (const node of nodes) {
    const [name] = target.namesOn(node, 'probe', 1);
    const wanted = await from.client().incr(name!);
    await poll(
      `node ${node} follows`,
      async () => Number(await target.member(node).client.get(name!)) === wanted,
    );
  }
}

const others = (node: number): number[] => [0, 1, 2].filter((one) => one !== node);
const lanes = () => run!.session.sampler.metrics('catching-up').lanes ?? [];
const told = (words: string): number => run!.told.filter((text) => text.includes(words)).length;
const away = (): Promise<void> => poll('it is told', () => told('A node of the target is away') > 0);
const back = (): Promise<void> => poll('it is told', () => told('answer again after') > 0);
const inStepAgain = (): Promise<void> => poll('in step again', () => run!.phases.at(-1) === 'in-step');
const checkpointed = async (): Promise<number> =>
  Number(await target.member(target.home).client.hget('lockstep:{tasks}:checkpoint:test', 'offset'));
const acknowledged = async (): Promise<number> =>
  Number(/slave\d+:.*offset=(\d+)/.exec(await source.client().info('replication'))![1]);

/** Ends the writer, has the run apply all of it, and compares. */
async function expectEqual(fullCopies = 1, from = source): Promise<void> {
  going = false;
  await writing;
  run!.session.stop('drain');
  expect(await run!.outcome).toMatchObject({ reason: 'stopped', fullCopies });
  run = undefined;
  const report = await compareServers({
    world: systemWorld,
    source: parseEndpoint(from.url),
    target: parseEndpoint(target.cluster.url),
  });
  expect(report.differences).toEqual([]);
  expect(report.databases[0]!.compared).toBeGreaterThan(100);
}

describe('a node of a target cluster that is away', () => {
  it.each(byDay(1, ['of the checkpoint', 'of no account']))(
    '%s is waited for, while the others follow',
    async (which) => {
      const node = which === 'of the checkpoint' ? target.home : (target.home + 1) % 3;
      write();
      follow();
      await run!.reached('in-step');
      await followed([0, 1, 2]);
      await target.gates[node]!.shut();
      await away();
      await followed(others(node));
      const checkpoint = await checkpointed();
      // Where the checkpoint's own node is away, what all had last may be told to the source alone.
      await poll('it is acknowledged', async () => (await acknowledged()) >= checkpoint);
      const ack = await acknowledged();
      const phases = run!.phases.length;
      for (let round = 0; round < 5; round++) await followed(others(node));
      // What is vouched for stays in front of what the node misses.
      const [name] = target.namesOn(node, 'probe', 1);
      expect(await source.client().incr(name!)).toBe(2);
      await followed(others(node));
      expect(await checkpointed()).toBe(checkpoint);
      // The source's WAIT has it asked for at once.
      expect(await source.client().wait(1, 2000)).toBe(0);
      expect(await acknowledged()).toBe(ack);
      expect(await target.member(node).client.get(name!)).toBe('1');
      expect(run!.phases.slice(phases)).not.toContain('in-step');
      const { port } = target.gates[node]!;
      const figures = lanes().find(({ at }) => at === `127.0.0.1:${port}`)!;
      expect(figures.away).toMatchObject({ reason: expect.stringMatching(/refused|closed/), heldUpBy: '' });
      expect(lanes().filter((lane) => lane.away)).toHaveLength(1);
      await poll('it is behind the others', () => {
        const most = Math.max(...lanes().map((lane) => (lane.away ? 0 : lane.behindBytes)));
        return lanes().find((lane) => lane.away)!.behindBytes > most;
      });
      await target.gates[node]!.open();
      await back();
      await inStepAgain();
      expect(lanes().filter((lane) => lane.away)).toEqual([]);
      expect([told('A node of the target is away'), told('answer again after')]).toEqual([1, 1]);
      expect(run!.faults).toEqual(['TARGET_NODE_AWAY']);
      await expectEqual();
    },
  );

  it('is waited for by a command that needs it, and by all that follows', async () => {
    const node = (target.home + 1) % 3;
    const [other] = others(node).filter((one) => one !== target.home);
    const [from] = target.namesOn(node, 'from', 1);
    const [to] = target.namesOn(other!, 'to', 1);
    await source.client().rpush(from!, 1, 2, 3);
    write();
    follow();
    await run!.reached('in-step');
    await target.gates[node]!.shut();
    await away();
    await followed(others(node));
    const length = await source.client().lmove(from!, to!, 'LEFT', 'RIGHT');
    expect(length).toBe('1');
    await poll('it is told', () => told('(LMOVE), and waits for it') === 1);
    expect(lanes().find((lane) => lane.away)?.away?.heldUpBy).toBe('LMOVE');
    expect(await target.cluster.client.exists(to!)).toBe(0);
    await target.gates[node]!.open();
    await back();
    await inStepAgain();
    expect(await target.cluster.client.lrange(to!, 0, -1)).toEqual(['1']);
    await expectEqual();
  });

  it('has what it missed after the tool was stopped meanwhile, and its link to the source broken', async () => {
    const node = (target.home + 1) % 3;
    write();
    follow();
    await run!.reached('in-step');
    await target.gates[node]!.shut();
    await away();
    await source.client().call('CLIENT', 'KILL', 'TYPE', 'replica');
    await followed(others(node));
    run!.session.suspend();
    expect(await run!.outcome).toMatchObject({ fullCopies: 1 });
    await target.gates[node]!.open();
    follow();
    await run!.reached('in-step');
    await expectEqual(0);
  });

  it('has what it missed after the engine was killed meanwhile', async () => {
    const node = (target.home + 1) % 3;
    const spec = taskSpec(source.url, 'redis://unused', { target: target.endpoint });
    const engine = new EngineChild();
    await engine.until((event) => event.type === 'ready');
    engine.start({ ...spec, until: 'stopped' });
    await engine.untilPhase('in-step');
    write();
    await target.gates[node]!.shut();
    await engine.until((event) => event.type === 'event' && event.code === 'TARGET_NODE_AWAY');
    for (let round = 0; round < 3; round++) await followed(others(node));
    engine.kill();
    await engine.exited;
    await target.gates[node]!.open();
    follow();
    await run!.reached('in-step');
    await expectEqual(0);
  });

  it.each(byDay(1, ['of no account', 'of the checkpoint']))(
    '%s has what it missed of two histories of the source',
    async (which) => {
      const node = which === 'of the checkpoint' ? target.home : (target.home + 1) % 3;
      const primary = await startRedis({ args: ['--repl-diskless-sync-delay', '0'] });
      try {
        await source.client().call('REPLICAOF', '127.0.0.1', primary.port);
        await replicating(primary.client(), 1);
        write(primary);
        follow();
        await run!.reached('in-step');
        await target.gates[node]!.shut();
        await away();
        await followed(others(node), primary);
        going = false;
        await writing;
        const wanted = await primary.client().incr('last');
        await poll('the replica has all', async () => Number(await source.client().get('last')) === wanted);
        await source.client().call('REPLICAOF', 'NO', 'ONE');
        write();
        await poll('the stream goes on', () => told('The source goes on with the stream') > 0);
        // Of the new history nothing is read before the task's checkpoint can name it.
        if (node !== target.home) await followed(others(node));
        await target.gates[node]!.open();
        await back();
        await inStepAgain();
        await followed([0, 1, 2]);
        await expectEqual();
      } finally {
        await primary.stop();
      }
    },
  );

  atNight('has what it missed though the buffer became full', async () => {
    const node = (target.home + 1) % 3;
    // As one of 20 feeds has it.
    run = startRun(
      source.url,
      'redis://unused',
      { until: 'stopped', target: target.endpoint, spoolMaxBytes: 1024 ** 2 },
      undefined,
      { memory: memoryShare(20) },
    );
    await run.reached('in-step');
    write();
    await target.gates[node]!.shut();
    await away();
    await followed(others(node));
    const value = randomBytes(64 * 1024);
    for (let i = 0; i < 400; i++) await source.client().set(`large:${i % 40}`, value);
    await poll('it is full', () => run!.faults.includes('SPOOL_FULL'));
    await target.gates[node]!.open();
    await inStepAgain();
    await expectEqual();
  });

  it('ends the task where it is away for longer than that waits', async () => {
    const node = (target.home + 1) % 3;
    follow({ retryForMs: 3000 });
    await run!.reached('in-step');
    await target.gates[node]!.shut();
    await expect(run!.outcome).rejects.toMatchObject({
      code: 'RETRY_EXHAUSTED',
      message: expect.stringContaining(`A node of the target is away: 127.0.0.1:${target.gates[node]!.port}`),
    });
    // An idle source is no reason to call it in step.
    expect(run!.phases.slice(run!.phases.lastIndexOf('catching-up'))).not.toContain('in-step');
    run = undefined;
  });
});
