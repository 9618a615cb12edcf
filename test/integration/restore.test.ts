import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createArena } from '../../electron/engine/arena/arena.ts';
import { command } from '../../electron/engine/protocol/resp/encode.ts';
import type { TaskSpec } from '../../shared/model/task-spec.ts';
import { framed, startFakeSource, type FakeSource } from '../support/fake-source.ts';
import {
  i64le,
  join,
  listpack,
  listpackInteger,
  listpackString,
  snapshot,
  string,
} from '../support/rdb/builder.ts';
import { serverBinary, startRedis, type RedisProcess } from '../support/redis-server.ts';
import { expectEqual } from '../support/sync-outcome.ts';
import { poll, startRun, type SyncRun } from '../support/sync-run.ts';

/** RESTORE of the stream, to a target that is too old for its payload. */
let origin: RedisProcess;
let target: RedisProcess;
let from: Redis;
let to: Redis;
let spoolDir: string;
let run: SyncRun | undefined;
let played: FakeSource | undefined;
const arena = createArena(1024 * 1024);
const HOUR_MS = 3_600_000;

beforeAll(async () => {
  [origin, target] = await Promise.all([startRedis(), startRedis()]);
  [from, to] = [origin.client(), target.client()];
  spoolDir = mkdtempSync(path.join(tmpdir(), 'lockstep-restore-'));
}, 30_000);
afterAll(async () => {
  await Promise.all([origin.stop(), target.stop()]);
  rmSync(spoolDir, { recursive: true, force: true });
});
beforeEach(async () => {
  await from.flushall();
  await to.flushall();
});
afterEach(async () => {
  run?.session.stop('now');
  await run?.outcome.catch(() => undefined);
  await played?.stop();
  [run, played] = [undefined, undefined];
});

/** Under another RDB version: that of a newer server, whose older types have not changed. */
function stamped(body: Buffer, version = 12): Buffer {
  const payload = Buffer.concat([body, Buffer.alloc(10)]);
  payload.writeUInt16LE(version, body.length);
  arena.crcReset(1);
  arena.crcUpdate(1, payload, 0, body.length + 2);
  arena.crcCopy(1, payload, body.length + 2);
  return payload;
}
const dumped = async (key: string): Promise<Buffer> => stamped((await from.dumpBuffer(key)).subarray(0, -10));

/** Plays a source of 8.0 that sends an empty snapshot and then these commands. */
async function follow(
  commands: readonly (readonly (string | Buffer)[])[],
  spec: Partial<TaskSpec> = {},
): Promise<void> {
  const stream = [['SELECT', '0'], ...commands, ['SET', 'end', '1']].map((words) => command(...words));
  const payload = Buffer.concat([framed(snapshot(Buffer.alloc(0))), ...stream]);
  played ??= await startFakeSource(payload);
  played.payload = payload;
  played.version = '8.0.6';
  run = startRun(played.url, target.url, { spoolDir, until: 'stopped', ...spec });
}
const applied = (): Promise<void> => poll('the last command', async () => (await to.get('end')) === '1');

async function fill(client: Redis): Promise<void> {
  await client.set('string', 'v'.repeat(100));
  await client.set('number', '12345');
  await client.set('compressed', 'abc'.repeat(5000));
  await client.rpush('list', 'a', 'b', '3', 'x'.repeat(9000));
  await client.rpush(
    'large list',
    ...Array.from({ length: 5000 }, (_, i) => `${i}:${Math.sin(i).toString(36).repeat(8)}`),
  );
  await client.sadd('set', 'a', 'b', 'c');
  await client.sadd('integers', '1', '2', '3');
  await client.zadd('zset', 1.5, 'a', '-inf', 'b');
  await client.hset('hash', { f: 'v', g: '2' });
  await client.xadd('stream', '1-1', 'f', 'v');
  await client.xadd('stream', '2-1', 'f', 'w');
  await client.xgroup('CREATE', 'stream', 'group', '0');
  await client.xreadgroup('GROUP', 'group', 'me', 'COUNT', 1, 'STREAMS', 'stream', '>');
}

describe('RESTORE of a newer source', () => {
  it('is decoded as in a full copy: every type, small and large, with REPLACE and expiry', async () => {
    await fill(from);
    const at = Date.now() + HOUR_MS;
    await from.pexpireat('hash', at);
    await from.pexpireat('string', at);
    const keys = await from.keys('*');
    const commands: (string | Buffer)[][] = [];
    for (const key of keys) {
      const expiry = await from.pexpiretime(key);
      const ttl = expiry < 0 ? ['0'] : [String(expiry)];
      commands.push(['RESTORE', key, ...ttl, await dumped(key), ...(expiry < 0 ? [] : ['ABSTTL'])]);
    }
    // What stands there is replaced, not added to.
    commands.unshift(['RPUSH', 'replaced', 'old']);
    await from.rpush('replaced', 'new');
    commands.push(['RESTORE', 'replaced', '0', await dumped('replaced'), 'REPLACE', 'IDLETIME', '5']);
    // Before the end of a transaction it is as whole as everything else there.
    commands.push(
      ['MULTI'],
      ['RESTORE', 'relative', String(HOUR_MS), await dumped('number')],
      ['INCR', 'relative'],
      ['EXEC'],
    );
    await from.set('relative', '12346', 'PX', HOUR_MS);
    await follow(commands);
    await applied();
    run!.session.stop('drain');
    await run!.outcome;
    await from.set('end', '1');
    await expectEqual(origin, target);
    expect(await to.lrange('replaced', 0, -1)).toEqual(['new']);
  });

  it('is left out for an own key, takes a name that only the target had, and keeps to the chosen databases', async () => {
    await to.rpush('kept', 'old');
    await from.rpush('kept', 'new');
    await follow(
      [
        ['RESTORE', 'lockstep:mine', '0', await dumped('kept')],
        ['RESTORE', 'kept', '0', await dumped('kept')],
        ['SELECT', '3'],
        ['RESTORE', 'elsewhere', '0', await dumped('kept')],
        ['SELECT', '0'],
      ],
      { existing: 'overwrite', databases: [0] },
    );
    await applied();
    expect(await to.lrange('kept', 0, -1)).toEqual(['new']);
    expect(await to.exists('lockstep:mine')).toBe(0);
    expect(await to.info('keyspace')).not.toContain('db3');
  });

  it('names the key of a value that the target has no form for, and the next run copies anew', async () => {
    const triples = listpack([
      listpackString('f'),
      listpackString('v'),
      listpackInteger(BigInt(Date.now() + HOUR_MS), 64),
    ]);
    const hash = stamped(join(25, i64le(BigInt(Date.now())), string(triples)));
    await follow([['RESTORE', 'hash', '0', hash]]);
    await expect(run!.outcome).rejects.toMatchObject({
      code: 'VALUE_UNSUPPORTED',
      message: expect.stringContaining('hash') as string,
    });
    // The key is gone from the source, but not its RESTORE from the stream.
    await follow([]);
    await applied();
    expect(run!.told.join('\n')).toMatch(/A new full copy is needed: .*VALUE_UNSUPPORTED/);
  });
});

const newer = serverBinary('8.0');
it.skipIf(!newer)('RESTORE from 8.0 to 7.0: every type, over a stream of both sizes', async () => {
  const eight = await startRedis({ binary: newer! });
  const writer = eight.client();
  run = startRun(eight.url, target.url, { spoolDir, until: 'stopped' });
  await run.reached('in-step');
  await fill(writer);
  for (const key of await writer.keys('*')) {
    const dump = await writer.dumpBuffer(key);
    await writer.restore(`again ${key}`, key === 'set' ? HOUR_MS : 0, dump);
    await writer.restore(key, 0, dump, 'REPLACE');
  }
  await writer.set('end', '1');
  await applied();
  run.session.stop('drain');
  await run.outcome;
  await expectEqual(eight, target);
  await eight.stop();
});
