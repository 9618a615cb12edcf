import type { Redis } from 'ioredis';
import { LATEST_FIELD_EXPIRY_MS } from '../../../shared/model/lateness.ts';
import { scanPage } from '../checkpoint/ownership.ts';
import { withoutKept } from '../checkpoint/without-kept.ts';
import type { WalkPage, WalkPlace } from './walk-page.ts';
import { latenessArgument, MARKS_SCRIPT } from './marks-script.ts';

/** Fields that one call looks at in hashes that it meets; further hashes are left to calls of their own. */
const MOST_FIELDS = 2000;
const HSCAN_COUNT = 500;

/**
 * Brings one page of SCAN, or one page of the fields of a hash, to a lateness inside the server, so that no key travels and
 * nothing comes in between. Does nothing under the checkpoint of another owner, nor on a node that slots may have come back to.
 *
 * ARGV: the guard's key, its epoch, the database, the lateness, the cursor, SCAN's COUNT, the set of names that are the
 * target's own (or nothing), whether fields of hashes expire, the hash whose fields are walked (or nothing), the node's configuration
 * epoch (or nothing), whether the keys were carried, and the names of the page's keys where they have been chosen before: Lua would take
 * longer to find their slots than for all the rest. The times of keys that were carried are taken for true, and those that are further away
 * than the long bound are left as they are: so each is that late at the least, and written once. Those of fields are carried as they are.
 * Returns the next cursor, how many times were changed, the earliest true time among all (0 for none), and hashes that are still to be
 * walked; or `deposed` and the epoch that stands there; or `moved` and the node's.
 */
const SCRIPT = `${MARKS_SCRIPT}
local checkpoint, epoch, db, lateness, cursor, count, kept, fields, hash, node, carried = unpack(ARGV, 1, 11)
if redis.replicate_commands then redis.replicate_commands() end
redis.call('SELECT', '0')
local present = redis.call('HGET', checkpoint, 'epoch')
if present ~= epoch then return {'deposed', present or ''} end
if node ~= '' then
  local own = string.match(redis.call('CLUSTER', 'NODES'), 'myself%S* %S+ %S+ %S+ (%d+)') or ''
  if own ~= node then return {'moved', own} end
end
redis.call('SELECT', db)
local times = marks(redis.call, lateness)
local changed, earliest, seen, left = 0, 0, 0, {}
local function note(truth) if earliest == 0 or truth < earliest then earliest = math.max(1, truth) end end
local function walk(key, from)
  local page = redis.call('HSCAN', key, from, 'COUNT', ${HSCAN_COUNT}, 'NOVALUES')
  local names = page[2]
  seen = seen + #names
  for first = 1, #names, ${HSCAN_COUNT} do
    local part = {unpack(names, first, math.min(#names, first + ${HSCAN_COUNT} - 1))}
    local stand = redis.call('HPEXPIRETIME', key, 'FIELDS', #part, unpack(part))
    if type(stand) ~= 'table' then return '0' end
    for i, at in ipairs(stand) do
      if at >= 0 then
        local truth = times.truth(at)
        local wanted = math.min(times.written(truth), ${LATEST_FIELD_EXPIRY_MS})
        note(truth)
        if wanted ~= at then
          redis.call('HPEXPIREAT', key, times.text(wanted), 'FIELDS', '1', part[i])
          changed = changed + 1
        end
      end
    end
  end
  return page[1]
end
if hash ~= '' then return {walk(hash, cursor), changed, times.text(earliest), left} end
local page = ARGV[12] and {cursor, {}} or redis.call('SCAN', cursor, 'COUNT', count)
for i = 12, #ARGV do page[2][i - 11] = ARGV[i] end
for _, key in ipairs(page[2]) do
  if string.sub(key, 1, 9) ~= 'lockstep:' and (kept == '' or redis.call('SISMEMBER', kept, key) == 0) then
    local at = times.read(key)
    if at > 0 then
      local truth = carried == '1' and at or times.truth(at)
      local wanted = times.written(truth)
      note(truth)
      if wanted ~= at and not (carried == '1' and times.far(at)) then
        redis.call('PEXPIREAT', key, times.text(wanted))
        changed = changed + 1
      end
    end
    if fields == '1' and redis.call('TYPE', key).ok == 'hash' then
      if seen + redis.call('HLEN', key) > ${MOST_FIELDS} then
        left[#left + 1] = key
      else
        local at = '0'
        repeat at = walk(key, at) until at == '0'
      end
    end
  end
end
return {page[1], changed, times.text(earliest), left}
`;

/** @throws what the server says where scripts are not permitted */
export async function walkPageByScript(
  redis: Redis,
  place: WalkPlace,
  cursor: string,
  hash: Buffer | undefined,
): Promise<WalkPage> {
  const { slots, holds, keptKeys } = place;
  const bySlot = keptKeys !== undefined && keptKeys.sole === undefined;
  if ((!slots && !bySlot) || hash) return runScript(redis, place, cursor, hash, []);
  const [next, all] = await scanPage(redis, place.db, cursor, place.pageKeys);
  const own = all.filter((key) => slots?.hasKey(key) ?? true);
  const keys = bySlot ? await withoutKept(redis, keptKeys, own, place.db) : own;
  const [marked, carried]: [Buffer[], Buffer[]] = [[], []];
  for (const key of keys) (holds?.carried.hasKey(key) ? carried : marked).push(key);
  let page: Walked = { kind: 'walked', cursor: String(next), changed: 0, earliestMs: 0, hashes: [] };
  if (marked.length > 0 && !place.carriedOnly) {
    const walked = await runScript(redis, place, page.cursor, undefined, marked);
    if (walked.kind !== 'walked') return walked;
    page = walked;
  }
  if (carried.length > 0) {
    const walked = await runScript(redis, place, page.cursor, undefined, carried, asFound(place));
    return walked.kind === 'walked' ? both(page, walked) : walked;
  }
  return page;
}

type Walked = Extract<WalkPage, { kind: 'walked' }>;

/** Towards less late times only marks lead. */
const asFound = ({ lateness }: WalkPlace): boolean => lateness.bound === 'long';

const both = (one: Walked, other: Walked): Walked => ({
  ...other,
  changed: one.changed + other.changed,
  earliestMs: Math.min(one.earliestMs || other.earliestMs, other.earliestMs || one.earliestMs),
  hashes: [...one.hashes, ...other.hashes],
});

async function runScript(
  redis: Redis,
  place: WalkPlace,
  cursor: string,
  hash: Buffer | undefined,
  keys: readonly Buffer[],
  carried = false,
): Promise<WalkPage> {
  const reply: unknown = await redis.callBuffer(
    'EVAL',
    SCRIPT,
    '0',
    place.guardKey,
    String(place.epoch),
    String(place.db),
    latenessArgument(place.lateness),
    cursor,
    String(place.pageKeys),
    place.keptKeys?.sole ?? '',
    place.fieldExpiry ? '1' : '0',
    hash ?? '',
    String(place.holds?.epoch ?? ''),
    carried ? '1' : '',
    ...keys,
  );
  if (!Array.isArray(reply)) throw new Error('the script was not answered');
  const [next, changed, earliest, left] = reply as unknown[];
  if (String(next) === 'deposed') return { kind: 'deposed', epoch: String(changed) };
  if (String(next) === 'moved') return { kind: 'moved', epoch: String(changed) };
  return {
    kind: 'walked',
    cursor: String(next),
    changed: Number(changed),
    earliestMs: Number(String(earliest)),
    hashes: Array.isArray(left) ? (left as Buffer[]) : [],
  };
}
