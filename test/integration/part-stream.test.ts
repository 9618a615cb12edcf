/** What the stream of a part does to its target: keys of its slots alone are changed, whatever the source runs. */
import type { Cluster, Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { claimCheckpoint } from '../../electron/engine/checkpoint/claim.ts';
import { partName } from '../../electron/engine/checkpoint/task-parts.ts';
import { keySlot } from '../../electron/engine/router/key-slot.ts';
import { SlotSet } from '../../electron/engine/router/slot-set.ts';
import type { SourceFeed } from '../../electron/engine/intake/source-feed.ts';
import type { StreamPosition } from '../../electron/engine/intake/stream-position.ts';
import { claimStream } from '../../electron/engine/claim/claim-stream.ts';
import { FLUSHING } from '../../electron/engine/claim/flushed-keys.ts';
import type { TaskPart } from '../../electron/engine/source/task-part.ts';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { checkpointWith } from '../support/target/checkpoints.ts';
import { poll, startRun, type SyncRun } from '../support/sync-run.ts';

const NAME = partName({ task: 'orders', number: 1 });
/** Every third slot, so that on a cluster each node has some of them. */
const PART: TaskPart = { slots: SlotSet.where((slot) => slot % 3 === 0), leads: false, begun: true };

/** A target as its tests see it, whatever it is made of. */
interface Target {
  readonly url: string;
  readonly servers: readonly Redis[];
  readonly client: Redis | Cluster;
}

let source: RedisProcess;
let from: Redis;
let alone: RedisProcess;
let cluster: TestCluster;
let to: Target;
let run: SyncRun | undefined;

beforeAll(async () => {
  [source, alone, cluster] = await Promise.all([startRedis(), startRedis(), startCluster()]);
  from = source.client();
});
afterAll(async () => {
  await Promise.all([source?.stop(), alone?.stop(), cluster?.stop()]);
});
afterEach(async () => {
  run?.session.stop('now');
  await run?.outcome.catch(() => undefined);
  run = undefined;
});

/** Names of keys of the part, or of others, that begin so. */
function names(inside: boolean, prefix: string, count: number, slots = PART.slots): string[] {
  const found: string[] = [];
  for (let i = 0; found.length < count; i++) {
    const name = `${prefix}${i}`;
    if (slots.has(keySlot(Buffer.from(name))) === inside) found.push(name);
  }
  return found;
}

const put = (keys: readonly string[], value: string): Promise<unknown> =>
  Promise.all(keys.map((key) => to.client.set(key, value)));

const MARK = names(true, 'mark:', 1)[0]!;
let marks = 0;

async function begin(
  spec: Parameters<typeof startRun>[2] = {},
  part: Partial<TaskPart> = {},
): Promise<SyncRun> {
  run = startRun(source.url, to.url, { task: NAME, until: 'stopped', ...spec }, undefined, {
    part: { ...PART, ...part },
  });
  await run.reached('in-step');
  return run;
}

async function applied(): Promise<void> {
  const mark = String(++marks);
  await from.set(MARK, mark);
  await Promise.race([
    poll('the mark', async () => (await to.client.get(MARK)) === mark),
    run!.outcome.then(() => undefined),
  ]);
}

/** All keys of the target but the tool's own, with what they hold. */
async function standing(): Promise<Map<string, string | null>> {
  const found = await Promise.all(to.servers.map((redis) => redis.keys('*')));
  const keys = found.flat().filter((key) => !key.startsWith('lockstep:'));
  return new Map(await Promise.all(keys.map(async (key) => [key, await to.client.get(key)] as const)));
}

const all = (keys: readonly string[], value: string): [string, string][] => keys.map((key) => [key, value]);

const KINDS = ['one server', 'a cluster'] as const;

describe.each(KINDS)('on a target that is %s', (kind) => {
  beforeEach(async () => {
    const clustered = kind === 'a cluster';
    const client = clustered ? cluster.client : alone.client();
    const servers = clustered ? cluster.members.map((member) => member.client) : [client as Redis];
    to = { url: clustered ? cluster.url : alone.url, servers, client };
    for (const redis of [from, ...servers]) {
      await redis.flushall();
      await redis.function('FLUSH');
    }
  });

  describe('the stream of a part', () => {
    const ours = names(true, 'k:', 20);
    const theirs = names(false, 'k:', 20);

    test('changes keys of its slots, and no others', async () => {
      await begin();
      await put(theirs, 'of another part');
      for (const key of [...ours, ...theirs]) await from.set(key, 'new');
      for (const key of [ours[0]!, theirs[0]!]) await from.del(key);
      await from.set(ours[1]!, 'x'.repeat(500_000));
      await from.set(theirs[1]!, 'x'.repeat(500_000));
      await from.multi().set(ours[2]!, 'm').set(theirs[2]!, 'm').exec();
      await applied();
      const expected = new Map<string, string | null>(all(theirs, 'of another part'));
      for (const key of [...ours.slice(1), MARK]) expected.set(key, await from.get(key));
      expect(await standing()).toEqual(expected);
    });

    test('goes on after a stop with keys of its slots mended, and no others', async () => {
      const [key, other] = [ours[0]!, theirs[0]!];
      for (const name of [key, other]) await from.set(name, 'v', 'PX', 1500);
      await begin();
      run!.session.stop('now');
      await run!.outcome;
      for (const name of [key, other]) await from.persist(name);
      await poll('it has expired on the target', async () => (await to.client.exists(key)) === 0);
      for (const name of [key, other]) await from.append(name, 'w');
      await begin();
      await applied();
      expect(run!.told.join('\n')).toMatch(/\b1 key .* brought to the source's state/);
      expect(await standing()).toEqual(
        new Map<string, string | null>([
          [key, 'vw'],
          [MARK, String(marks)],
        ]),
      );
    });

    test('brings changes of function libraries where it leads', async () => {
      const load = (name: string): Promise<unknown> =>
        from.function(
          'LOAD',
          `#!lua name=${name}\nredis.register_function('${name}', function() return 1 end)`,
        );
      const libraries = (): Promise<unknown[]> =>
        Promise.all(
          to.servers.map(async (redis) =>
            ((await redis.function('LIST')) as unknown[][]).map((one) => one[1]),
          ),
        );
      await begin();
      await load('left_out');
      await applied();
      expect(await libraries()).toEqual(to.servers.map(() => []));
      run!.session.stop('now');
      await run!.outcome;
      await begin({}, { leads: true });
      await load('brought');
      await applied();
      expect(await libraries()).toEqual(to.servers.map(() => ['brought']));
    });
  });

  test('libraries reach every node, also those that have none of the slots', async () => {
    const slots = SlotSet.where((slot) => slot < 100);
    const inside = names(true, 'few:', 1, slots)[0]!;
    await begin({}, { slots, leads: true });
    for (const name of ['one', 'two'])
      await from.function(
        'LOAD',
        `#!lua name=${name}\nredis.register_function('${name}', function() return 1 end)`,
      );
    await from.function('DELETE', 'one');
    await from.set(inside, 'v');
    await poll('what comes behind them', async () => (await to.client.get(inside)) === 'v');
    const listed = (await Promise.all(to.servers.map((redis) => redis.function('LIST')))) as unknown[][][];
    expect(listed.map((list) => list.map((one) => one[1]))).toEqual(to.servers.map(() => ['two']));
  });

  describe('a flush of the shard', () => {
    const ours = names(true, 'f:', 3000);
    const theirs = names(false, 'f:', 3000);
    const behind = names(true, 'behind:', 3);

    beforeEach(async () => {
      await from.mset(...ours.flatMap((key) => [key, 'v']));
      await begin();
      await put(theirs, 'of another part');
      await to.client.set('lockstep:standing', 'own');
    });

    const fault = (): Promise<string | null> =>
      to.client.hget(`lockstep:{tasks}:checkpoint:${NAME}`, 'fault');

    test.each(['FLUSHALL', 'FLUSHDB'])(
      'by %s empties its slots on the target, and no others',
      async (name) => {
        expect((await standing()).size).toBe(6000);
        await from.call(name, 'ASYNC');
        await from.set(behind[0]!, 'new');
        await applied();
        const expected = [
          ...all(theirs, 'of another part'),
          [behind[0]!, 'new'],
          [MARK, String(marks)],
        ] as const;
        expect(await standing()).toEqual(new Map(expected));
        expect(await to.client.get('lockstep:standing')).toBe('own');
        await poll('the checkpoint says no more of it', async () => (await fault()) === '');
      },
    );

    test('within a transaction leaves what comes behind it', async () => {
      await from
        .multi()
        .set(behind[0]!, 'gone')
        .flushall()
        .set(behind[1]!, 'b')
        .flushdb()
        .set(behind[2]!, 'c')
        .exec();
      await applied();
      const expected = [...all(theirs, 'of another part'), [behind[2]!, 'c'], [MARK, String(marks)]] as const;
      expect(await standing()).toEqual(new Map(expected));
    });

    test('is not begun while the task is paused, and goes on afterwards', async () => {
      const { session } = run!;
      session.pause();
      await from.flushall();
      await from.set(behind[0]!, 'new');
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect((await standing()).size).toBe(6000);
      session.resume();
      await applied();
      expect((await standing()).size).toBe(3002);
    });

    /** Flushes the source slowly, and resolves while that is under way on the target. */
    async function flushSlowly(): Promise<void> {
      run!.session.setLimits({ maxCommandsPerSecond: 2000, maxBytesPerSecond: 0 });
      await from.flushall();
      await from.set(behind[0]!, 'new');
      await poll('some of them are removed', async () => (await standing()).size < 5900);
      expect(await fault()).toMatch(/flush/);
    }

    async function expectFlushed(): Promise<void> {
      await applied();
      const expected = [
        ...all(theirs, 'of another part'),
        [behind[0]!, 'new'],
        [MARK, String(marks)],
      ] as const;
      expect(await standing()).toEqual(new Map(expected));
    }

    test('is gone on with over another connection', async () => {
      await flushSlowly();
      for (const redis of to.servers)
        for (const line of String(await redis.client('LIST')).split('\n'))
          if (line.includes(' name=lockstep-part:'))
            await redis.client('KILL', 'ID', /^id=(\d+) /.exec(line)![1]!);
      await expectFlushed();
      expect(run!.faults).not.toEqual([]);
      expect(run!.phases.filter((phase) => phase === 'full-copy')).toHaveLength(1);
    });

    test.runIf(kind === 'a cluster')('misses no key of a slot that changes hands on the target', async () => {
      const moved = ours.slice(0, 5).map((key) => keySlot(Buffer.from(key)));
      await flushSlowly();
      for (const slot of moved) {
        const owner = await cluster.ownerOf(slot);
        await cluster.moveSlot(
          slot,
          cluster.members.find((member) => member !== owner)!,
        );
      }
      await expectFlushed();
    });

    test('that is cut short is gone on with by the next run', async () => {
      await flushSlowly();
      run!.session.stop('now');
      await run!.outcome;
      const left = (await standing()).size;
      expect(left).toBeGreaterThan(3000);
      const { phases } = await begin();
      expect(phases).not.toContain('full-copy');
      await expectFlushed();
    });
  });
});

test('a flush that was begun is gone on with in a history alone that has it', async () => {
  const redis = alone.client();
  await redis.flushall();
  const begun = await claimCheckpoint(redis, NAME, 'run-1', () =>
    checkpointWith({ epoch: 0, offset: 500, fault: FLUSHING, slots: PART.slots }),
  );
  const claim = async (until: number): Promise<string> => {
    const feed = {
      replid: 'b'.repeat(40),
      follows: ({ replid, offset }: StreamPosition) => replid === begun.replid && offset <= until,
      hasLeft: () => false,
      holds: () => true,
    } as unknown as SourceFeed;
    const answering = { earlierReplid: begun.replid, earlierUntil: until };
    const { kind } = await claimStream(redis, NAME, feed, 'h:1', answering, begun, undefined, PART);
    return kind;
  };
  expect(await claim(500)).toBe('restart');
  expect(await claim(501)).toBe('claimed');
});
