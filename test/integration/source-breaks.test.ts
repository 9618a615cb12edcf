/** A real source that closes a link since its buffer for it is full: the second time it is asked why, and the event says so. */
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import { EngineChild } from '../support/engine-child.ts';
import type { RedisProcess } from '../support/redis-server.ts';
import { isPresent, missingServers, startVersion, versionNamed } from '../support/versions/servers.ts';
import { poll } from '../support/sync-run.ts';

/** More than the buffer, the backlog and the sockets on the way hold together. */
const WRITES = 48;
const VALUE = 'x'.repeat(1024 * 1024);

/** From 7.4 on a server counts the links that it has closed so. */
const REASONS: readonly (readonly [string, RegExp])[] = [
  ['7.0', /does not count the links .* its log names client-output-buffer-limit/],
  ['8.0', /The source says: it has closed 1 connection since then, .*\(client-output-buffer-limit\)/],
];

let source: RedisProcess;
let target: RedisProcess;
let engine: EngineChild;

beforeEach(() => {
  engine = new EngineChild();
});

afterEach(async () => {
  process.kill(engine.pid, 'SIGCONT');
  engine.kill();
  await engine.exited;
  await Promise.all([source?.stop(), target?.stop()]);
});

const told = (): string =>
  engine.events.flatMap((event) => (event.type === 'event' ? [event.text] : [])).join('\n');

for (const [name, reason] of REASONS) {
  const version = versionNamed(name);
  it.skipIf(!isPresent(version))(`the second break of ${name}${missingServers(version)}`, async () => {
    [source, target] = await Promise.all([startVersion(version), startVersion(version)]);
    const a = source.client();
    await a.config('SET', 'client-output-buffer-limit', 'replica 2mb 0 0');
    await a.config('SET', 'repl-diskless-sync-delay', '0');
    engine.start({
      ...{
        task: 'test',
        source: parseEndpoint(source.url),
        target: parseEndpoint(target.url),
        existing: 'fail',
      },
      ...{ onFlush: 'stop', until: 'stopped', fullOnly: false, retryForMs: 60_000, spoolDir: tmpdir() },
      ...{ spoolMaxBytes: 1024 ** 3, maxCommandsPerSecond: 0 },
    });
    for (let round = 1; round <= 2; round++) {
      await a.set('marker', round);
      await poll('in step', async () => (await target.client().get('marker')) === String(round));
      process.kill(engine.pid, 'SIGSTOP');
      for (let i = 0; i < WRITES; i++) await a.set('large', VALUE);
      const closed = async (): Promise<boolean> => /connected_slaves:0/.test(await a.info('replication'));
      await poll('the source has closed the link', closed);
      process.kill(engine.pid, 'SIGCONT');
    }
    await poll('the reason', () => told().includes('has broken 2 times'));
    expect(told()).toMatch(reason);
  });
}
