import type { Redis } from 'ioredis';
import { setTimeout as pause } from 'node:timers/promises';
import { GRID_MS } from '../../../shared/model/lateness.ts';

/** Servers that are asked for digests are started with these. */
export const WITH_DIGESTS = ['--enable-debug-command', 'yes'];

const AT_ONCE = 200;
/** A key with less to live may be gone before the other side was asked. */
const SPARE_MS = 4000;
const ROUNDS = 5;

/** By the name of a key: what it holds as the server itself digests it, and when it expires in Unix ms, -1 for never. */
type Digests = ReadonlyMap<string, { readonly value: string; readonly expiresAtMs: number }>;

/**
 * Compares two sides by what their servers say, without any code under test: every key, its value and its expiry. What differs is looked
 * at a few times, since keys expire meanwhile. @returns what of which keys differs, and how many there are on the first side
 */
export async function compareDigests(
  source: readonly Redis[],
  target: readonly Redis[],
): Promise<{ readonly different: readonly string[]; readonly keys: number }> {
  for (let round = 1; ; round++) {
    const [from, to] = await Promise.all([digestsOf(source), digestsOf(target)]);
    const soonMs = Date.now() + SPARE_MS;
    const lasts = (digest: { readonly expiresAtMs: number } | undefined): boolean =>
      digest !== undefined && (digest.expiresAtMs < 0 || digest.expiresAtMs > soonMs);
    const different = [...new Set([...from.keys(), ...to.keys()])].filter((key) => {
      const [one, other] = [from.get(key), to.get(key)];
      if (one && other && one.value === other.value && isSameTime(one.expiresAtMs, other.expiresAtMs))
        return false;
      return lasts(one) || lasts(other);
    });
    if (different.length === 0 || round === ROUNDS)
      return {
        different: different.map((key) => `${key}: ${told(from.get(key))} and ${told(to.get(key))}`),
        keys: from.size,
      };
    await pause(500);
  }
}

/** A time that was late stands on the grid of the marks afterwards. */
const isSameTime = (one: number, other: number): boolean =>
  one === other || (one > 0 && other >= one && other - one < 2 * GRID_MS);

const told = (digest: { readonly value: string; readonly expiresAtMs: number } | undefined): string =>
  digest ? `${digest.value.slice(0, 8)} until ${digest.expiresAtMs}` : 'nothing';

/** Every key that is not the tool's own. @throws Error for one that is on two servers */
async function digestsOf(servers: readonly Redis[]): Promise<Digests> {
  const digests = new Map<string, { value: string; expiresAtMs: number }>();
  for (const redis of servers) {
    let cursor = '0';
    do {
      const [next, found] = await redis.scanBuffer(cursor, 'COUNT', AT_ONCE);
      cursor = next.toString();
      const names = found.filter((name) => !name.toString('latin1').startsWith('lockstep:'));
      if (names.length === 0) continue;
      const asking = redis.pipeline();
      asking.call('DEBUG', 'DIGEST-VALUE', ...names);
      for (const name of names) asking.call('PEXPIRETIME', name);
      const [values, ...times] = (await asking.exec())!;
      if (values![0]) throw values![0];
      names.forEach((name, i) => {
        const expiresAtMs = Number(times[i]![1]);
        // It has gone in between.
        if (expiresAtMs === -2) return;
        const key = name.toString('latin1');
        const before = digests.get(key);
        const value = (values![1] as string[])[i]!;
        // SCAN may name a key twice, on one server.
        if (before && before.value !== value && servers.length > 1)
          throw new Error(`${key} is on two servers`);
        digests.set(key, { value, expiresAtMs });
      });
    } while (cursor !== '0');
  }
  return digests;
}
