import type { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { killLeftovers, startCli, type RunningCli } from '../support/run-cli.ts';
import { expectEqual } from '../support/sync-outcome.ts';
import { poll, startRun, type SyncRun } from '../support/sync-run.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { toldCopies } from '../support/told-copies.ts';

/** Runs that end when the target has applied a batch, and its replies have not been seen by anyone. */
let source: RedisProcess;
let target: RedisProcess;
let proxy: TcpProxy;

beforeAll(async () => {
  [source, target] = await Promise.all([startRedis(), startRedis()]);
  proxy = await startTcpProxy(target.port);
});

afterAll(async () => {
  await proxy?.stop();
  await Promise.all([source?.stop(), target?.stop()]);
});

beforeEach(async () => {
  await Promise.all([source.client().flushall(), target.client().flushall()]);
});

afterEach(killLeftovers);

const CHECKPOINT = 'lockstep:{tasks}:checkpoint:verified';
const field = (name: string): Promise<string | null> => target.client().hget(CHECKPOINT, name);

interface Users {
  readonly source?: string;
  readonly target?: string;
}

function start({ source: from = '', target: to = '' }: Users = {}): RunningCli {
  const as = (url: string, user: string): string => (user === '' ? url : url.replace('//', `//${user}:pw@`));
  const [sourceUrl, targetUrl] = [as(source.url, from), as(proxy.url, to)];
  return startCli(['sync', '--source', sourceUrl, '--target', targetUrl, '--task', 'verified', '--json']);
}

/** Lets the next batch with this word through to the target and nothing back, and waits until it stands there. */
async function unseen(word: string, write: () => Promise<unknown>): Promise<Socket> {
  // What was written before is not to be taken for it.
  const before = Number(/master_repl_offset:(\d+)/.exec(await source.client().info('replication'))![1]);
  await poll('all before it is applied', async () => Number(await field('offset')) >= before);
  let deaf: Socket | undefined;
  proxy.intercept = (text, from) => {
    if (!text.includes(word)) return true;
    deaf = from;
    proxy.mute.add(from);
    proxy.intercept = () => true;
    return true;
  };
  await write();
  await poll(`${word} is applied`, async () => Number(await field('offset')) > before);
  expect(deaf).toBeDefined();
  return deaf!;
}

/** SIGKILL of the engine while nobody has seen how the batch went. */
async function killedUnseen(run: RunningCli, word: string, write: () => Promise<unknown>): Promise<void> {
  await unseen(word, write);
  process.kill(run.enginePid, 'SIGKILL');
  await run.exited;
}

/** A run in this process that is in step. */
async function here(): Promise<SyncRun> {
  const run = startRun(source.url, proxy.url, { task: 'verified', until: 'stopped' });
  await run.reached('in-step');
  return run;
}

/** Empty while something else than a list stands there. */
const list = (key: string): Promise<string[]> =>
  target
    .client()
    .lrange(key, 0, -1)
    .catch(() => []);

const told = (run: RunningCli): string =>
  run.objects.flatMap((object) => (object.type === 'event' ? [object.text] : [])).join('\n');

async function applied(run: RunningCli): Promise<void> {
  const key = `mark:${Math.random()}`;
  await source.client().set(key, '1');
  await run.until(async () => (await target.client().exists(key)) === 1, 'what comes last is applied');
}

describe('a batch of which a command failed, unseen', () => {
  it('is brought to the state of the source by the next run', async () => {
    const run = start();
    await run.inStep();
    await target.client().set('queue', 'a string of somebody else');
    await source.client().set('n', 1);
    await killedUnseen(run, 'queue', () =>
      source.client().multi().incr('n').rpush('queue', 'a', 'b').set('other', 'x').exec(),
    );
    expect(Number(await field('verified'))).toBeLessThan(Number(await field('offset')));

    const next = start();
    await next.inStep();
    await applied(next);
    expect(await target.client().lrange('queue', 0, -1)).toEqual(['a', 'b']);
    expect(await target.client().get('n')).toBe('2');
    expect(told(next)).toContain('3 keys on which commands of the last batch may have failed');
    expect(toldCopies(told(next))).toEqual([]);
    expect(await field('verified')).toBe(await field('offset'));
    await expectEqual(source, target);
  });

  it('is brought there by a run that lives on, when only its connection broke', async () => {
    const run = await here();
    await target.client().set('queue', 'a string of somebody else');
    const deaf = await unseen('queue', () => source.client().multi().incr('n').rpush('queue', 'a').exec());
    await source.client().multi().incr('n').rpush('queue', 'b').exec();
    deaf.destroy();
    await poll('the list is mended', async () => (await list('queue')).length === 2);
    expect(run.told.join('\n')).not.toContain('A new full copy');
    expect(run.told.join('\n')).toContain('2 keys on which commands of the last batch may have failed');
    run.session.stop('drain');
    await run.outcome;
    expect(await list('queue')).toEqual(['a', 'b']);
    expect(await target.client().get('n')).toBe('2');
    await expectEqual(source, target);
  });
});

describe('a batch of which a command failed', () => {
  it('is mended by the run itself, and told; keys that go on differing end it', async () => {
    const run = await here();
    await target.client().set('queue', 'a string of somebody else');
    await source.client().multi().incr('n').rpush('queue', 'a').exec();
    await poll('the list is mended', async () => (await list('queue')).length === 1);
    expect(run.told.join('\n')).toMatch(/rejected a command .*RPUSH queue.* brought to the source's state/i);
    await expectEqual(source, target);
    for (let i = 0; i < 5; i++) {
      await target.client().set(`queue:${i}`, 'a string of somebody else');
      await source.client().multi().incr('n').rpush(`queue:${i}`, 'a').exec();
      if (i < 4) await poll('the list is mended', async () => (await list(`queue:${i}`)).length === 1);
    }
    await expect(run.outcome).rejects.toMatchObject({ code: 'TARGET_REJECTED' });
    // What the last batch has left is mended by the next run.
    const next = await here();
    next.session.stop('drain');
    await next.outcome;
    expect(next.told.join('\n')).toContain('2 keys on which commands of the last batch may have failed');
    expect(toldCopies(next.told.join('\n'))).toEqual([]);
    await expectEqual(source, target);
  });
});

describe('a batch that went well, unseen', () => {
  it('needs no mending where the target counts errors, whatever the source may be asked', async () => {
    await source
      .client()
      .call('ACL', 'SETUSER', 'replicator', 'on', '>pw', '+psync', '+replconf', '+ping', '+info');
    const run = start({ source: 'replicator' });
    await run.inStep();
    await killedUnseen(run, 'queue', () => source.client().multi().incr('n').rpush('queue', 'a').exec());
    expect(await field('verified')).toBe(await field('offset'));
    const next = start({ source: 'replicator' });
    await next.inStep();
    await applied(next);
    expect(told(next)).not.toMatch(/full copy|source's state/);
    expect(await target.client().get('n')).toBe('1');
    await expectEqual(source, target);
  });

  it('is brought to the state of the source where it cannot be told, and no key is copied that it has not used', async () => {
    await target.client().call('ACL', 'SETUSER', 'scriptless', 'on', '>pw', '~*', '+@all', '-@scripting');
    await source.client().mset(Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`key:${i}`, i])));
    const run = start({ target: 'scriptless' });
    await run.inStep();
    await killedUnseen(run, 'queue', () => source.client().multi().incr('n').rpush('queue', 'a').exec());
    expect(Number(await field('verified'))).toBeLessThan(Number(await field('offset')));
    const next = start({ target: 'scriptless' });
    await next.inStep();
    await applied(next);
    expect(told(next)).toContain('2 keys on which commands of the last batch may have failed');
    expect(toldCopies(told(next))).toEqual([]);
    expect(await target.client().get('n')).toBe('1');
    await poll(
      'the idle task says that all is verified',
      async () => (await field('verified')) === (await field('offset')),
    );
    await expectEqual(source, target);
  });
});
