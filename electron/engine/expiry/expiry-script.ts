import type { Redis } from 'ioredis';
import { HOLD_MS } from '../../../shared/model/expiry-hold.ts';

const SCAN_COUNT = '1000';

/**
 * Shifts the expiry of one page of SCAN inside the server, so that no key travels. Time stands still within a script, so PTTL
 * and PEXPIRE speak of the same instant. Returns the next cursor, the keys seen, the keys shifted, and the shortest
 * remaining time among them in milliseconds (-1 for none).
 */
const SCRIPT = `
local page = redis.call('SCAN', ARGV[1], 'COUNT', ARGV[2])
local hold = tonumber(ARGV[3])
local release = ARGV[4] == 'release'
local shifted, shortest = 0, -1
for _, key in ipairs(page[2]) do
  local ttl = redis.call('PTTL', key)
  if ttl >= 0 and (ttl > hold / 2) == release then
    local exact = release and ttl - hold or ttl + hold
    redis.call('PEXPIRE', key, string.format('%.0f', exact))
    shifted = shifted + 1
    if shortest < 0 or exact < shortest then shortest = math.max(exact, 0) end
  end
end
return {page[1], #page[2], shifted, string.format('%.0f', shortest)}
`;

export interface ScriptPage {
  readonly cursor: string;
  readonly seen: number;
  readonly shifted: number;
  readonly shortestMs: number;
}

/** Runs the script on one page of the connection's present database. @throws where scripts are not permitted */
export async function shiftPageByScript(
  redis: Redis,
  cursor: string,
  way: 'release' | 'hold',
): Promise<ScriptPage> {
  const reply: unknown = await redis.eval(SCRIPT, 0, cursor, SCAN_COUNT, String(HOLD_MS), way);
  if (!Array.isArray(reply)) throw new Error('the script was not answered');
  const [next, seen, shifted, shortest] = reply as unknown[];
  return { cursor: String(next), seen: Number(seen), shifted: Number(shifted), shortestMs: Number(shortest) };
}
