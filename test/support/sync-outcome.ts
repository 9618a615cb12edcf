import { expect } from 'vitest';
import { compareServers } from '../../electron/engine/verify/compare-servers.ts';
import { ERROR_CATALOGUE, type ErrorCode } from '../../shared/errors/catalogue.ts';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import type { RedisProcess } from './redis-server.ts';
import type { CliResult } from './run-cli.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';

/** Every failure is told within this time, twice what the longest silence is waited for, and the time that a busy machine takes. */
const TIME_LIMIT_MS = 40_000;

export interface ExpectedFailure {
  readonly code: ErrorCode;
  /** As documented: spelled out, so that a change of the catalogue is noticed. */
  readonly exit: number;
  /** What happened this time. */
  readonly fact?: RegExp;
  /** Must stand nowhere in the output. */
  readonly secrets?: readonly string[];
  readonly withinMs?: number;
}

/** The command line ended with this error, told as documented. */
export function expectFailure(result: CliResult, expected: ExpectedFailure): void {
  const { code, exit, fact, secrets = [], withinMs = TIME_LIMIT_MS } = expected;
  const { title, cause, remedy } = ERROR_CATALOGUE[code];
  expect(result.stderr).toContain(`${code}: ${title}\n`);
  expect(result.status).toBe(exit);
  expect(result.stderr).toContain(`Why:    ${cause}\n`);
  expect(result.stderr).toMatch(filledIn(`To do:  ${remedy}\n`));
  if (fact) expect(/What: {3}(.*)/.exec(result.stderr)?.[1]).toMatch(fact);
  for (const secret of secrets) expect(result.stdout + result.stderr).not.toContain(secret);
  expect(result.durationMs).toBeLessThan(withinMs);
}

/** A text of the catalogue in which something stands in each of its places. */
function filledIn(text: string): RegExp {
  const parts = text.split(/\{[a-z-]+\}/);
  return new RegExp(parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('[^{}\\n]+'));
}

/** Both sides hold the same keys with the same values and expiry. */
export async function expectEqual(source: RedisProcess, target: RedisProcess): Promise<void> {
  const report = await compareServers({
    world: systemWorld,
    source: parseEndpoint(source.url),
    target: parseEndpoint(target.url),
  });
  expect(report.differences).toEqual([]);
  expect(report.equal).toBe(true);
}

/** Nothing at all stands on the server, not even a checkpoint. */
export async function expectEmpty(server: RedisProcess): Promise<void> {
  const client = server.client();
  expect((await client.info('keyspace')).match(/^db\d+:.*/gm)).toBeNull();
  client.disconnect();
}
