import type { Redis } from 'ioredis';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { Endpoint } from '../../../shared/model/endpoint.ts';
import type { KeptSets } from '../checkpoint/kept-sets.ts';
import { withoutKept } from '../checkpoint/without-kept.ts';
import type { DatabaseChoice } from '../commands/database-choice.ts';
import { isOwnKey } from '../commands/own-keys.ts';
import { tellsOfChange } from '../control/cluster-change.ts';
import { coded } from '../control/control-connection.ts';
import type { SlotNodes } from '../control/cluster-nodes.ts';
import { hasDatabase } from '../control/database-count.ts';
import { repliesOf } from '../control/replies-of.ts';
import { keySlot } from '../router/key-slot.ts';
import type { SlotSet } from '../router/slot-set.ts';
import type { AskedKey, AskedRound } from './asked-keys.ts';

const PAGE_KEYS = 500;

/** What the keys are held against. */
export interface AskedGround {
  readonly source: Redis;
  readonly target: Redis;
  readonly targetAt: Endpoint;
  /** Of a target that is a cluster. */
  readonly nodes: SlotNodes | undefined;
  readonly databases: DatabaseChoice;
  /** How many the target has. */
  readonly targetDatabases: number;
  /** The slots of a part. */
  readonly slots: SlotSet | undefined;
  /** The names of the target's own keys; undefined where it has none. */
  readonly kept: KeptSets | undefined;
}

/**
 * Which of these keys are brought: those of the task that the source has, of those that are to be copied, and that it has not, of those that
 * are to be removed. The others are left as they are. What becomes of one afterwards is in the stream: it is read with the offset at which
 * that holds, so it comes to what the source has then, be that another value or none.
 */
export async function fitAsked(round: AskedRound, ground: AskedGround): Promise<readonly AskedKey[]> {
  const owned = round.keys.filter((key) => {
    const of = isOfTask(key, ground);
    if (!of) round.leave(key, 'not-of-task');
    return of;
  });
  const wanted: AskedKey[] = [];
  for (const [db, keys] of byDatabase(owned)) {
    // A task takes all of the source's, which may be fewer than the target's: a cluster of Redis has one.
    if (!(await hasDatabase(ground.source, ground.databases.sourceDb(db)))) {
      for (const key of keys) round.leave(key, 'not-of-task');
      continue;
    }
    for (let at = 0; at < keys.length; at += PAGE_KEYS) {
      const page = keys.slice(at, at + PAGE_KEYS);
      const foreign = await coded('target', ground.targetAt, () => notKept(page, db, ground));
      for (const key of page) if (!foreign.has(key)) round.leave(key, 'kept');
      const left = page.filter((key) => foreign.has(key));
      const there = await onSource(left, db, ground);
      left.forEach((key, i) => {
        if ((key.kind === 'copy') === there[i]) wanted.push(key);
        else round.leave(key, key.kind === 'copy' ? 'not-on-source' : 'on-source');
      });
    }
  }
  return wanted;
}

const bytesOf = ({ key }: AskedKey): Buffer => Buffer.from(key, 'latin1');

function isOfTask(key: AskedKey, { databases, targetDatabases, slots }: AskedGround): boolean {
  const name = bytesOf(key);
  if (!databases.includes(key.db) || key.db >= targetDatabases || isOwnKey(name, 0, name.length))
    return false;
  return slots?.hasKey(name) !== false;
}

function byDatabase(keys: readonly AskedKey[]): ReadonlyMap<number, AskedKey[]> {
  const found = new Map<number, AskedKey[]>();
  for (const key of keys) found.set(key.db, [...(found.get(key.db) ?? []), key]);
  return found;
}

/** Those that are not the target's own, as far as anybody knows. */
async function notKept(
  keys: readonly AskedKey[],
  db: number,
  { target, nodes, kept }: AskedGround,
): Promise<ReadonlySet<AskedKey>> {
  if (!kept) return new Set(keys);
  const names = keys.map(bytesOf);
  const foreign = new Set<Buffer>();
  if (!nodes) {
    for (const name of await withoutKept(target, kept, names, db)) foreign.add(name);
  } else {
    const byNode = new Map<Redis, Buffer[]>();
    for (const name of names) {
      const node = await nodes.onSlot(keySlot(name));
      byNode.set(node, [...(byNode.get(node) ?? []), name]);
    }
    for (const [node, there] of byNode)
      for (const name of await withoutKept(node, kept, there, db)) foreign.add(name);
  }
  return new Set(keys.filter((_, i) => foreign.has(names[i]!)));
}

/** @throws LockstepError SOURCE_SLOTS_MOVED where a shard does not have one of them any more */
async function onSource(
  keys: readonly AskedKey[],
  db: number,
  { source, databases }: AskedGround,
): Promise<readonly boolean[]> {
  const pipeline = source.pipeline();
  pipeline.select(databases.sourceDb(db));
  for (const key of keys) pipeline.exists(bytesOf(key));
  try {
    return (await repliesOf(pipeline)).slice(1).map((reply) => reply === 1);
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    if (!tellsOfChange(message)) throw error;
    throw new LockstepError('SOURCE_SLOTS_MOVED', message.slice(0, 100), { cause: error });
  }
}
