import { afterEach, describe, expect, it } from 'vitest';
import { inspectServer } from '../../../../electron/engine/control/inspect-server.ts';
import { bulk, startAnswering, type AnsweringServer } from '../../../support/answering-server.ts';
import { systemWorld } from '../../../../electron/engine/world/system-world.ts';

let server: AnsweringServer | undefined;

afterEach(async () => {
  await server?.stop();
  server = undefined;
});

/** A server whose INFO says this, whatever section is asked for; other commands but PING are not permitted. */
async function telling(...lines: string[]): Promise<AnsweringServer> {
  return (server = await startAnswering(([word]) => {
    const name = word?.toLowerCase();
    if (name === 'ping') return '+PONG\r\n';
    return name === 'info' ? bulk(lines.join('\r\n')) : '-NOPERM\r\n';
  }));
}

describe('the summary of a server', () => {
  it('needs no more than INFO, and leaves out what that does not tell', async () => {
    const { endpoint } = await telling('redis_version:2.8.24', 'role:master');
    expect(await inspectServer(systemWorld, 'source', endpoint)).toEqual({
      ...{ product: 'Redis', version: '2.8.24', role: 'primary', replicatesFrom: null },
      ...{ foundAt: null, cluster: false, loading: false, usedMemoryBytes: null, maxMemoryBytes: null },
      ...{ modules: [], databases: [], roundTripMs: expect.any(Number), uptimeSeconds: null },
    });
  });

  it('tells a Valkey by its own version, a replica with its primary, a cluster, and a load', async () => {
    const { endpoint } = await telling(
      ...['redis_version:7.2.4', 'valkey_version:8.1.1', 'role:slave', 'master_host:10.0.0.4'],
      ...['master_port:6379', 'cluster_enabled:1', 'loading:1', 'used_memory:1024', 'maxmemory:0'],
      ...['db0:keys=3,expires=1,avg_ttl=0', 'db7:keys=1,expires=0,avg_ttl=0', 'uptime_in_seconds:60'],
    );
    expect(await inspectServer(systemWorld, 'target', endpoint)).toMatchObject({
      ...{ product: 'Valkey', version: '8.1.1', role: 'replica', replicatesFrom: '10.0.0.4:6379' },
      ...{ cluster: true, loading: true, usedMemoryBytes: 1024, maxMemoryBytes: 0, uptimeSeconds: 60 },
      databases: [
        { db: 0, keys: 3, expires: 1 },
        { db: 7, keys: 1, expires: 0 },
      ],
    });
  });

  it.each(['source', 'target'] as const)(
    'of something that is no Redis is refused, as the %s',
    async (side) => {
      const { endpoint } = await telling('hello:world');
      await expect(inspectServer(systemWorld, side, endpoint)).rejects.toMatchObject({
        code: `${side.toUpperCase()}_PROTOCOL`,
        message: expect.stringContaining('INFO tells no version'),
      });
    },
  );

  it('is not waited for once nobody wants it, before and while it is made', async () => {
    server = await startAnswering(() => undefined);
    await expect(
      inspectServer(systemWorld, 'source', server.endpoint, AbortSignal.abort()),
    ).rejects.toMatchObject({
      code: 'INTERRUPTED',
    });
    expect(server.connections).toBe(0);

    const abort = new AbortController();
    const inspected = inspectServer(systemWorld, 'source', server.endpoint, abort.signal);
    await expect.poll(() => server!.asked.length).toBeGreaterThan(0);
    abort.abort();
    await expect(inspected).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});
