/** Tasks one behind the other: a chain stays exact, a ring is refused whichever of its tasks comes last. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TASKS_KEY } from '../../electron/engine/checkpoint/task-index.ts';
import { startWriter } from '../../electron/headless/demo-data/writer/start-writer.ts';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import { check, taskBetween } from '../support/precheck.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { expectEqual } from '../support/sync-outcome.ts';
import { poll, startRun, type SyncRun } from '../support/sync-run.ts';

const NAMES = ['a', 'b', 'c'] as const;
type Name = (typeof NAMES)[number];
const NEXT: Readonly<Record<Name, Name>> = { a: 'b', b: 'c', c: 'a' };

let servers: Readonly<Record<Name, RedisProcess>>;
const runs: SyncRun[] = [];

beforeAll(async () => {
  const [a, b, c] = await Promise.all(
    NAMES.map(() => startRedis({ args: ['--repl-diskless-sync-delay', '0'] })),
  );
  servers = { a: a!, b: b!, c: c! };
});
afterAll(() => Promise.all(NAMES.map((name) => servers[name].stop())));

afterEach(async () => {
  for (const { session, outcome } of runs.splice(0).toReversed()) {
    session.stop('now');
    await outcome.catch(() => undefined);
  }
});
beforeEach(async () => {
  for (const name of NAMES) await servers[name].client().flushall();
});

const taskOf = (from: Name): string => `${from}-to-${NEXT[from]}`;

/** Begins to follow one server with the next. */
function follow(from: Name): SyncRun {
  const run = startRun(servers[from].url, servers[NEXT[from]].url, {
    ...{ task: taskOf(from), existing: 'overwrite', until: 'stopped' },
  });
  runs.push(run);
  return run;
}

/** How many servers the entry of a task names; each has two ids. */
const originsOf = async (from: Name): Promise<number> =>
  (((await servers[NEXT[from]].client().hget(TASKS_KEY, taskOf(from))) ?? '').split(' ').length - 1) / 2;

const contentOf = async (name: Name): Promise<string> => {
  const redis = servers[name].client();
  const keys = (await redis.keys('*')).toSorted();
  const entries = await Promise.all(
    keys.map(async (key) => [key, (await redis.dumpBuffer(key))?.toString('hex')]),
  );
  return JSON.stringify(entries);
};

describe.each([
  ['c', ['a', 'b']],
  ['c', ['b', 'a']],
  ['a', ['b', 'c']],
  ['b', ['c', 'a']],
] as const)('a ring of three that the task from %s would close, after those from %j', (last, first) => {
  it('is refused before anything is changed, and the others go on', async () => {
    for (const from of first) await follow(from).reached('in-step');
    // The second server knows its own source; the third learns of the first by the second.
    const [behind] = first.filter((from) => NEXT[from] === last);
    await poll('the way is known', async () => (await originsOf(behind!)) === 2);
    const [before, checked] = [
      await contentOf(NEXT[last]),
      await check(
        'distinct-servers',
        taskBetween(servers[last].url, servers[NEXT[last]].url, { task: taskOf(last) }),
      ),
    ];
    await expect(follow(last).outcome).rejects.toMatchObject({
      code: 'SOURCE_IS_TARGET',
      message: expect.stringMatching(
        /^a loop: the task \S+ writes from the target .*, by way of other/,
      ) as string,
    });
    expect(checked.status).toBe('failure');
    expect(checked.found).toMatch(/^A loop: .* by way of other tasks/);
    expect(await contentOf(NEXT[last])).toBe(before);
    // The one that was refused has left nothing by which the others would take themselves for a part of a ring.
    const [begin] = first.filter((from) => !first.some((other) => NEXT[other] === from));
    const end = NEXT[first.find((from) => from !== begin)!];
    await servers[begin!].client().set('counter', '1');
    await servers[begin!].client().incr('counter');
    await poll('passed on', async () => (await servers[end].client().get('counter')) === '2');
  });
});

it('of three that begin at the same moment, not all go on', async () => {
  const ended = NAMES.map((from) =>
    follow(from).outcome.then(
      () => 'ended',
      (error: unknown) => (error as { code: string }).code,
    ),
  );
  expect(await Promise.race(ended)).toBe('SOURCE_IS_TARGET');
});

it('a chain of three stays exact under a writer', async () => {
  const writer = startWriter(parseEndpoint(servers.a.url), { ratePerSecond: 2000, databases: [0], seed: 1 });
  const [first, second] = [follow('a'), follow('b')];
  await Promise.all([first.reached('in-step'), second.reached('in-step')]);
  await poll('much was written', async () => (await servers.c.client().dbsize()) > 200);
  await writer.stop();
  first.session.stop('drain');
  await first.outcome;
  second.session.stop('drain');
  await second.outcome;
  await expectEqual(servers.a, servers.b);
  await expectEqual(servers.b, servers.c);
}, 60_000);
