import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import {
  killLeftovers,
  objectsOf,
  runCli,
  startCli,
  type CliObject,
  type RunningCli,
} from '../support/run-cli.ts';
import { expectEqual } from '../support/sync-outcome.ts';

const PASSWORD = 'canary-third-9f';

let source: RedisProcess;
let first: RedisProcess;
let second: RedisProcess;
let guarded: RedisProcess;
let a: Redis;

beforeAll(async () => {
  [source, first, second, guarded] = await Promise.all([
    startRedis({ args: ['--repl-diskless-sync-delay', '0'] }),
    startRedis(),
    startRedis(),
    startRedis({ requirepass: PASSWORD }),
  ]);
  a = source.client();
});
afterAll(async () => {
  await Promise.all([source, first, second, guarded].map((server) => server?.stop()));
});
beforeEach(async () => {
  await Promise.all([source, first, second, guarded].map((server) => server.client().flushall()));
  for (let i = 0; i < 200; i++) await a.set(`key:${i}`, `value ${i}`);
});
afterEach(killLeftovers);

const at = (server: RedisProcess): string => `127.0.0.1:${server.port}`;
const sync = (targets: readonly string[], ...more: string[]): string[] => [
  ...['sync', '--source', source.url],
  ...targets.flatMap((target) => ['--target', target]),
  ...more,
];
type Targeted = CliObject & { readonly target?: string };
const of = (target: string, objects: readonly CliObject[]): Targeted[] =>
  (objects as Targeted[]).filter((object) => object.target === target);

const inStep = (run: RunningCli, server: RedisProcess): Promise<CliObject> =>
  run.reported(
    (object) =>
      object.type === 'metrics' && (object as Targeted).target === at(server) && object.phase === 'in-step',
  );

async function counted(run: RunningCli, server: RedisProcess): Promise<void> {
  const marker = await a.incr('marker');
  await run.until(async () => Number(await server.client().get('marker')) === marker, 'it is applied');
}

it('each target is brought into step, with the password that is its own, and the command ends with the last', async () => {
  const targets = [at(first), at(second), at(guarded)];
  const result = await runCli(sync(targets, '--until', 'caught-up'), {
    env: { LOCKSTEP_TARGET_3_PASSWORD: PASSWORD },
  });
  expect(result.status).toBe(0);
  for (const target of targets)
    expect(result.stderr).toMatch(new RegExp(`^${target} +In step: [\\d,]+ keys copied`, 'm'));
  expect(result.stdout + result.stderr).not.toContain(PASSWORD);
  for (const server of [first, second]) await expectEqual(source, server);
  expect(await guarded.client().get('key:199')).toBe('value 199');
});

it('one that cannot be reached is told by name, stops none of the others, and decides the exit status', async () => {
  const nobody = `127.0.0.1:${await freePort()}`;
  const run = startCli(sync([at(first), nobody, at(second)], '--json', '--retry-for', '1s'));
  await run.reported((object) => object.type === 'error' && (object as Targeted).target === nobody);
  for (const server of [first, second]) await inStep(run, server);
  const { status, stdout } = await run.end('SIGINT');
  expect(status).toBe(4);
  const objects = objectsOf(stdout);
  expect(of(nobody, objects).filter(({ type }) => type === 'error')).toMatchObject([
    { code: 'TARGET_UNREACHABLE', exit: 4 },
  ]);
  for (const server of [first, second]) {
    expect(of(at(server), objects).at(-1)).toMatchObject({
      type: 'finished',
      outcome: { reason: 'stopped' },
    });
    await expectEqual(source, server);
  }
});

it('one that is killed for a while holds up no other, and is brought into step again; Ctrl-C drains all', async () => {
  const run = startCli(sync([at(first), at(second)], '--json'));
  for (const server of [first, second]) await inStep(run, server);
  await run.until(
    async () => (await a.info('replication')).includes('connected_slaves:1'),
    'the source is read once',
  );
  await second.kill();
  for (let i = 0; i < 50; i++) await a.incr('while-away');
  await counted(run, first);
  await run.reported(
    (object) =>
      object.type === 'metrics' &&
      (object as Targeted).target === at(second) &&
      object.phase === 'reconnecting',
  );
  expect(
    of(at(first), run.objects).some((object) => object.type === 'metrics' && object.phase === 'reconnecting'),
  ).toBe(false);
  const restartedAtMs = Date.now();
  await second.restart();
  // It came back empty: what is there of the marker may be of a copy that has not ended.
  await run.reported(
    (object) =>
      object.type === 'metrics' &&
      (object as Targeted).target === at(second) &&
      object.phase === 'in-step' &&
      object.atMs > restartedAtMs,
  );
  await counted(run, second);
  for (let i = 0; i < 1000; i++) await a.incr('last');
  const { status } = await run.end('SIGINT');
  expect(status).toBe(0);
  for (const server of [first, second]) await expectEqual(source, server);
});

it('all are told by name when their engine is killed', async () => {
  const run = startCli(sync([at(first), at(second)], '--json'));
  for (const server of [first, second]) await inStep(run, server);
  process.kill(run.enginePid, 'SIGKILL');
  const { status, stdout } = await run.exited;
  expect(status).toBe(70);
  for (const server of [first, second])
    expect(of(at(server), objectsOf(stdout)).at(-1)).toMatchObject({
      ...{ type: 'error', code: 'ENGINE_DIED' },
      fact: expect.stringContaining('the engine of 2 targets') as string,
    });
});
