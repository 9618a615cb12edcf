/** What the command line takes in memory while it compares millions of names. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { startCli } from '../support/run-cli.ts';

const KEYS = 3_000_000;
const MOST_MB = 200;
const DEADLINE_MS = 600_000;

let servers: RedisProcess[];

beforeAll(async () => {
  servers = await Promise.all([1, 2].map(() => startRedis({ args: ['--enable-debug-command', 'local'] })));
  await Promise.all(servers.map((server) => server.client().call('DEBUG', 'POPULATE', KEYS, 'user', 8)));
}, DEADLINE_MS);
afterAll(async () => {
  await Promise.all((servers ?? []).map((server) => server.stop()));
});

/** The most that a process has had in memory so far; undefined once it is gone. */
function peakMb(pid: number): number | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? [];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
  } catch {
    return undefined;
  }
}

test(
  'is bounded',
  async () => {
    const [source, target] = servers;
    const cli = startCli(['compare', '--source', source!.url, '--target', target!.url, '--level', 'names'], {
      deadlineMs: DEADLINE_MS,
    });
    let ended = false;
    const result = cli.exited.finally(() => (ended = true));
    let peak = 0;
    while (!ended) {
      peak = peakMb(cli.pid) ?? peak;
      await sleep(100);
    }
    expect((await result).status).toBe(0);
    expect(peak).toBeGreaterThan(20);
    expect(peak).toBeLessThan(MOST_MB);
  },
  DEADLINE_MS,
);
