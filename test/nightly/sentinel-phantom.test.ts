/** What a Sentinel makes of us: it takes whatever replicates from the primary for a replica that could be promoted. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { startWatched, type Watched } from '../support/sentinel.ts';
import { poll, startRun } from '../support/sync-run.ts';

let source: Watched;
let target: RedisProcess;

beforeAll(async () => {
  [source, target] = await Promise.all([startWatched({ count: 1 }), startRedis()]);
});

afterAll(() => Promise.all([source?.stop(), target?.stop()]));

/** The replicas that the Sentinel knows, by `host:port`, with their flags. */
async function known(): Promise<Map<string, string>> {
  const reply = (await source.sentinels[0]!.client().call('SENTINEL', 'REPLICAS', source.name)) as string[][];
  const field = (fields: string[], name: string): string => fields[fields.indexOf(name) + 1]!;
  return new Map(reply.map((fields) => [field(fields, 'name'), field(fields, 'flags')]));
}

it('is listed at port 0, never connected to, never chosen, and holds no failover up', async () => {
  const [old, other] = source.servers;
  const [sentinel] = source.sentinels;
  await old.client().set('before', 1);
  const run = startRun(source.url, target.url, { until: 'stopped' });
  await run.reached('in-step');
  // It looks for replicas every 10 s, and anew when it is told to forget them.
  await sentinel!.client().call('SENTINEL', 'RESET', source.name);
  await poll('we are listed', async () => (await known()).has('127.0.0.1:0'));
  await poll('as one that is down', async () => {
    const flags = await known();
    return /s_down/.test(flags.get('127.0.0.1:0') ?? '') && flags.get(`127.0.0.1:${other.port}`) === 'slave';
  });
  expect((await known()).get('127.0.0.1:0')).toMatch(/disconnected/);

  const beganMs = performance.now();
  await source.failover(old);
  await poll('the failover is at its end', () => sentinel!.log().includes('+switch-master'));
  expect(performance.now() - beganMs).toBeLessThan(8000);
  expect(sentinel!.log()).toContain(`+selected-slave slave 127.0.0.1:${other.port} `);
  await other.client().set('after', 1);
  await poll('the new primary is followed', async () => (await target.client().get('after')) === '1');
  run.session.stop('drain');
  expect(await run.outcome).toMatchObject({ fullCopies: 1 });
  expect(sentinel!.log()).not.toMatch(
    /127\.0\.0\.1:0 .*(selected|promoted)|(selected|promoted)-slave slave 127\.0\.0\.1:0 /,
  );
});
