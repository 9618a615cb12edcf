import { afterEach, describe, expect, it, vi } from 'vitest';
import { coded, openControl } from '../../electron/engine/control/control-connection.ts';
import { inspectServer } from '../../electron/engine/control/inspect-server.ts';
import { compareServers } from '../../electron/engine/verify/compare-servers.ts';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import { LIES, startLyingPeer, type Lie, type LyingPeer } from '../support/lying-peer.ts';
import { precheck, taskBetween } from '../support/precheck.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { poll, startRun } from '../support/sync-run.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';

const MB = 1024 * 1024;
/** Beside what is read: the buffers of both sockets, and what the peer has at hand. */
const UNDER_WAY_BYTES = 16 * MB;

const peers: LyingPeer[] = [];
const servers: RedisProcess[] = [];

afterEach(async () => {
  vi.useRealTimers();
  await Promise.all([...peers.splice(0), ...servers.splice(0)].map((one) => one.stop()));
});

async function start(answer: Parameters<typeof startLyingPeer>[0]): Promise<LyingPeer> {
  const peer = await startLyingPeer(answer);
  peers.push(peer);
  return peer;
}

const lyingAt = (at: string, lie: Lie): Promise<LyingPeer> =>
  start((words) => (nameOf(words) === at ? lie : usual(words)));

async function server(): Promise<RedisProcess> {
  const started = await startRedis();
  servers.push(started);
  return started;
}

const nameOf = (words: readonly string[]): string => words[0]!.toUpperCase();

function usual(words: readonly string[]): string {
  const info = 'redis_version:7.0.15\r\nredis_mode:standalone\r\nrole:master\r\ndb0:keys=1,expires=0';
  if (nameOf(words) === 'PING') return '+PONG\r\n';
  if (nameOf(words) === 'INFO') return `$${info.length}\r\n${info}\r\n`;
  return ['COMMAND', 'MODULE', 'FUNCTION'].includes(nameOf(words)) ? '*0\r\n' : '+OK\r\n';
}

/** Whatever it was, it ended by that name, and little of it was read. */
async function refused(work: Promise<unknown>, code: string, peer: LyingPeer, mostBytes = 0): Promise<void> {
  await expect(work).rejects.toMatchObject({ code });
  expect(peer.sentBytes).toBeLessThan(mostBytes + UNDER_WAY_BYTES);
}

describe('a peer whose reply does not end', () => {
  it.each(Object.entries(LIES))('is left by a test of the connection: %s', async (_, lie) => {
    const peer = await lyingAt('INFO', lie);
    const work = inspectServer(systemWorld, 'source', parseEndpoint(peer.url));
    await refused(work, 'SOURCE_REPLY_TOO_LARGE', peer, 'large' in lie ? 64 * MB : 0);
  });

  it('is left before it has said that it is a Redis at all', async () => {
    const peer = await lyingAt('PING', LIES['a line without an end']);
    await refused(
      inspectServer(systemWorld, 'target', parseEndpoint(peer.url)),
      'TARGET_REPLY_TOO_LARGE',
      peer,
    );
  });

  it('is left by a comparison, at whatever command', async () => {
    const source = await server();
    for (const at of ['INFO', 'SCAN']) {
      const peer = await lyingAt(at, LIES['a line without an end']);
      await source.client().set('key', 'value');
      const work = compareServers({
        world: systemWorld,
        source: parseEndpoint(peer.url),
        target: parseEndpoint(source.url),
      });
      await refused(work, 'SOURCE_REPLY_TOO_LARGE', peer);
    }
  });

  it('is left by a page of a comparison', async () => {
    const source = await server();
    await source.client().set('key', 'value');
    const peer = await lyingAt('TIME', LIES['a value of 1 GB']);
    const work = compareServers({
      world: systemWorld,
      source: parseEndpoint(source.url),
      target: parseEndpoint(peer.url),
    });
    await refused(work, 'TARGET_REPLY_TOO_LARGE', peer);
  });

  it('is left by a precheck, which says so of that side', async () => {
    const target = await server();
    const peer = await lyingAt('INFO', LIES['a line without an end']);
    const results = await precheck(taskBetween(peer.url, target.url));
    expect([...results.values()].filter(({ found }) => found.includes('without an end'))).not.toEqual([]);
    expect(peer.sentBytes).toBeLessThan(4 * UNDER_WAY_BYTES);
  });

  it.each(['source', 'target'] as const)('ends a task that has it as its %s', async (side) => {
    const other = await server();
    const peer = await lyingAt('INFO', LIES['a line without an end']);
    const [from, to] = side === 'source' ? [peer, other] : [other, peer];
    const work = startRun(from.url, to.url, {}).outcome;
    await refused(work, `${side.toUpperCase()}_REPLY_TOO_LARGE`, peer);
  });
});

it('a peer that is no Redis is told as that', async () => {
  const peer = await start(() => 'HTTP/1.1 400 Bad Request\r\n\r\n');
  await refused(inspectServer(systemWorld, 'source', parseEndpoint(peer.url)), 'SOURCE_PROTOCOL', peer);
});

describe('a peer that falls silent', () => {
  it('ends what a task asks it after 20 s', async () => {
    const peer = await start((words) => (nameOf(words) === 'COMMAND' ? undefined : usual(words)));
    const endpoint = parseEndpoint(peer.url);
    const redis = await openControl(systemWorld, 'source', endpoint);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const asked = coded('source', endpoint, () => redis.call('COMMAND')).catch((error: unknown) => error);
    vi.advanceTimersByTime(20_001);
    vi.useRealTimers();
    expect(await asked).toMatchObject({ code: 'SOURCE_UNREACHABLE' });
    redis.disconnect();
  });

  it('ends a comparison after two minutes', async () => {
    const target = await server();
    await target.client().set('key', 'value');
    const peer = await start((words) => (nameOf(words) === 'SCAN' ? undefined : usual(words)));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const ended = compareServers({
      world: systemWorld,
      source: parseEndpoint(peer.url),
      target: parseEndpoint(target.url),
    }).catch((error: unknown) => error);
    while (!peer.asked.some((words) => nameOf(words) === 'SCAN'))
      await new Promise((resolve) => setImmediate(resolve));
    vi.advanceTimersByTime(121_000);
    vi.useRealTimers();
    expect(await ended).toMatchObject({ code: 'SOURCE_UNREACHABLE' });
  });
});

describe('what a server rightly answers', () => {
  it('is taken, as large as it is', async () => {
    const names = Array.from({ length: 3000 }, (_, i) => `module.command-${i}`);
    const row = (name: string): string =>
      `*10\r\n$${name.length}\r\n${name}\r\n:-2\r\n*2\r\n+write\r\n+denyoom\r\n:1\r\n:1\r\n:1\r\n*1\r\n+@write\r\n*0\r\n*0\r\n*0\r\n`;
    const table = `*${names.length}\r\n${names.map(row).join('')}`;
    const value = (bytes: number): string => `$${bytes}\r\n${'x'.repeat(bytes)}\r\n`;
    const values = new Map([
      ['large', value(63 * MB)],
      ['small', value(16 * MB)],
    ]);
    const peer = await start((words) =>
      nameOf(words) === 'COMMAND' ? table : (values.get(words[1]!) ?? usual(words)),
    );
    const redis = await openControl(systemWorld, 'source', parseEndpoint(peer.url));
    expect(await redis.call('COMMAND')).toHaveLength(3000);
    // One after another each may be that large, and so they may while the next is owed already.
    const read = async (name: string, bytes: number): Promise<void> => {
      for (let i = 0; i < 3; i++) expect((await redis.getBuffer(name))!.length).toBe(bytes);
    };
    await read('large', 63 * MB);
    await Promise.all([read('small', 16 * MB), read('small', 16 * MB)]);
    redis.disconnect();
    await poll('it has left', () => redis.status === 'end');
  });
});
