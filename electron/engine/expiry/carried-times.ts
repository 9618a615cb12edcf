import type { Redis } from 'ioredis';
import { boundOf, exactTime, type Amounts } from '../../../shared/model/lateness.ts';
import { CHECKPOINT_DB, type Checkpoint } from '../checkpoint/checkpoint.ts';
import { deposed, onNode, type GuardedNode } from '../checkpoint/guarded-node.ts';
import { keptSets } from '../checkpoint/kept-sets.ts';
import { withoutKept } from '../checkpoint/without-kept.ts';
import { scanPage } from '../checkpoint/ownership.ts';
import type { DatabaseChoice } from '../commands/database-choice.ts';
import { isOwnKey } from '../commands/own-keys.ts';
import { eachAtOnce } from '../control/each-at-once.ts';
import { databasesOf, readInfo } from '../control/info.ts';
import { NO_KEY, readExpiries } from './walk-commands.ts';

const NODES_AT_ONCE = 16;
const PAGE_KEYS = 1000;
/** How far a time may be off that was carried: the way takes a moment, and clocks of nodes differ. */
export const DRIFT_MS = 5000;

/** KEYS: the guard of the node. ARGV: its epoch, the database, then keys with their times. */
const SCRIPT = `local epoch = redis.call('HGET', KEYS[1], 'epoch') or ''
if epoch ~= ARGV[1] then return epoch end
if ARGV[2] ~= '0' then redis.call('SELECT', ARGV[2]) end
for i = 3, #ARGV, 2 do redis.call('PEXPIREAT', ARGV[i], ARGV[i + 1]) end
return 'OK'`;

/** The task as it owns the nodes. */
type Owner = Pick<Checkpoint, 'epoch' | 'amounts' | 'slots' | 'kept' | 'keptSlots'>;

/**
 * Makes times exact of which the mark does not say any more how late they are. A slot is carried to another node with what remains of
 * each time (`Redis cluster.c: migrateCommand`), so it arrives some milliseconds later, and its last bits say something else. By how
 * much it is late the source tells, to which nothing is written in between; what differs from it by anything else has another time there
 * by now, and is left alone. `source` is nobody else's: it selects databases.
 * @returns how many were changed. @throws LockstepError TARGET_TAKEN_OVER, TARGET_SLOTS_MOVED; what a connection fails with
 */
export async function straightenCarried(
  nodes: readonly GuardedNode[],
  source: Redis,
  task: string,
  owner: Owner,
  databases: DatabaseChoice,
): Promise<number> {
  let changed = 0;
  const kept = keptSets(task, owner);
  const held = await Promise.all(
    nodes.map(async (node) => databasesOf(await onNode(node, () => readInfo(node.redis, 'keyspace')))),
  );
  const inUse = new Set(held.flatMap((databasesThere) => [...databasesThere.keys()]));
  for (const db of [...inUse].filter((one) => databases.includes(one))) {
    // Otherwise all keys are gone through.
    const expiring = nodes.filter((_, i) => (held[i]!.get(db)?.expires ?? 0) > 0);
    if (expiring.length === 0) continue;
    if (inUse.size > 1 || databases.sourceDb(db) !== 0) await source.select(databases.sourceDb(db));
    await eachAtOnce(expiring, NODES_AT_ONCE, async (node) => {
      const { redis } = node;
      let cursor = '0';
      do {
        const [next, all] = await onNode(node, () => scanPage(redis, db, cursor, PAGE_KEYS));
        cursor = String(next);
        const ours = all.filter((key) => !isOwnKey(key, 0, key.length) && (owner.slots?.hasKey(key) ?? true));
        const keys = kept ? await withoutKept(redis, kept, ours, db) : ours;
        if (keys.length === 0) continue;
        // Other nodes count meanwhile: the sum is read once this one is done.
        const straightened = await straightenPage(node, source, owner, db, keys);
        changed += straightened;
      } while (cursor !== '0');
    });
  }
  return changed;
}

async function straightenPage(
  node: GuardedNode,
  source: Redis,
  { epoch, amounts }: Owner,
  db: number,
  all: readonly Buffer[],
): Promise<number> {
  const { redis, guardKey } = node;
  const times = await onNode(node, () => readIn(redis, db, all));
  const found = all.flatMap((key, i) => (times[i]! > 0 ? [{ key, atMs: times[i]! }] : []));
  if (found.length === 0) return 0;
  const there = await readExpiries(
    source,
    found.map(({ key }) => key),
    // What has gone to another shard meanwhile is copied from there.
    'none',
  );
  const wrong = found.flatMap(({ key, atMs }, i) => {
    const rightMs = node.holds?.carried.hasKey(key)
      ? carriedTime(atMs, there[i]!, amounts)
      : isMisread(atMs, there[i]!, amounts) && there[i]! > 0
        ? there[i]!
        : undefined;
    return rightMs === undefined ? [] : [key, String(exactTime(rightMs))];
  });
  if (wrong.length === 0) return 0;
  const answer = await onNode(node, () =>
    redis.eval(SCRIPT, 1, guardKey, String(epoch), String(db), ...wrong),
  );
  if (answer !== 'OK') throw deposed(node, String(answer), epoch);
  return wrong.length / 2;
}

/** The connection is left in database 0. */
async function readIn(redis: Redis, db: number, keys: readonly Buffer[]): Promise<readonly number[]> {
  if (db === CHECKPOINT_DB) return readExpiries(redis, keys);
  await redis.select(db);
  try {
    return await readExpiries(redis, keys);
  } finally {
    await redis.select(CHECKPOINT_DB);
  }
}

/**
 * What is made of a time in a slot that was carried, of which nobody knows whether its mark is its own; undefined where the mark is right, or
 * the source has the key no more, so nothing is lost if it goes too early. Where the source has given it another time since, or none, it
 * stays as late as it is rather than be cut by what it may not be late by: the stream brings that.
 */
export function carriedTime(atMs: number, sourceMs: number, amounts: Amounts): number | undefined {
  if (sourceMs === NO_KEY) return undefined;
  if (sourceMs < 0) return atMs;
  if (isMisread(atMs, sourceMs, amounts)) return sourceMs;
  return Math.abs(atMs - sourceMs - saidMs(atMs, amounts)) <= DRIFT_MS ? undefined : atMs;
}

/** The time is as late as times of a task are, and its mark says something else. Held again, one without its mark is late twice. */
export function isMisread(atMs: number, sourceMs: number, amounts: Amounts): boolean {
  const { smallMs, longMs } = amounts;
  const said = saidMs(atMs, amounts);
  const lateMs = atMs - sourceMs;
  const near = (ms: number): boolean => Math.abs(lateMs - ms) <= DRIFT_MS;
  return !near(said) && [0, smallMs, longMs, smallMs + longMs, 2 * longMs].some(near);
}

function saidMs(atMs: number, { smallMs, longMs }: Amounts): number {
  const bound = boundOf(atMs);
  return bound === 'exact' ? 0 : bound === 'small' ? smallMs : longMs;
}
