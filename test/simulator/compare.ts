import { checkpointKey } from '../../electron/engine/checkpoint/checkpoint.ts';
import { boundOf, trueTimeMs, type Amounts } from '../../shared/model/lateness.ts';
import type { Entry, Keyspace, Value } from './keyspace.ts';
import type { ServerModel } from './server-model.ts';

const OWN = 'lockstep:';
/** A late time is rounded up to 16 ms, and an exact one moved off a mark by one. */
const ROUNDED_MS = 17;
/** A key may be looked at on one side before its end, and on the other after it: clocks differ, and a round trip lies between. */
const ABOUT_TO_END_MS = 4000;

const plain = (value: Value): string => {
  if (value.kind === 'string') return value.bytes;
  if (value.kind === 'list') return value.items.join(' ');
  return [...value.fields]
    .map((pair) => pair.join('='))
    .sort()
    .join(' ');
};

const shown = (entry: Entry | undefined): string =>
  entry
    ? `${entry.value.kind} ${plain(entry.value).slice(-80)} (expires ${entry.expireAtMs ?? 'never'})`
    : 'nothing';

/**
 * What differs between a source and a target that is said to be in step. `amounts`: how late times on the target may be; undefined
 * where they are exact.
 */
export function differences(
  source: ServerModel,
  target: ServerModel,
  amounts: Amounts | undefined,
): string[] {
  const found: string[] = [];
  const databases = new Set([...source.keyspace.databases.keys(), ...target.keyspace.databases.keys()]);
  for (const db of [...databases].sort((a, b) => a - b)) {
    const keys = new Set([...source.keyspace.db(db).keys(), ...target.keyspace.db(db).keys()]);
    for (const key of [...keys].sort()) {
      if (key.startsWith(OWN)) continue;
      const difference = differenceOf(source, target, db, key, amounts);
      if (difference !== undefined) found.push(`${key} of database ${db}: ${difference}`);
    }
  }
  return found;
}

function differenceOf(
  source: ServerModel,
  target: ServerModel,
  db: number,
  key: string,
  amounts: Amounts | undefined,
): string | undefined {
  const [from, to] = [source.keyspace.db(db).get(key), target.keyspace.db(db).get(key)];
  const trueMs =
    to?.expireAtMs === undefined ? undefined : amounts ? trueTimeMs(to.expireAtMs, amounts) : to.expireAtMs;
  const endMs = from ? from.expireAtMs : trueMs;
  if (endMs !== undefined && endMs < source.nowMs + ABOUT_TO_END_MS && (!from || !to)) return undefined;
  const both = `the source has ${shown(from)}, the target ${shown(to)}`;
  if (!from || !to) return both;
  if (from.value.kind !== to.value.kind || plain(from.value) !== plain(to.value)) return both;
  if ((from.expireAtMs === undefined) !== (trueMs === undefined)) return both;
  const lateMs = (trueMs ?? 0) - (from.expireAtMs ?? 0);
  return lateMs < 0 || lateMs > ROUNDED_MS ? `${both}: ${lateMs} ms late` : undefined;
}

/** What the target says of a task. */
export function checkpointOf(target: ServerModel, task: string): ReadonlyMap<string, string> | undefined {
  const value = target.keyspace.db(0).get(checkpointKey(task))?.value;
  return value?.kind === 'hash' ? value.fields : undefined;
}

/** Times on the target that are less late than its checkpoint says all of them are. */
export function earlierThanPromised(target: ServerModel, task: string): string[] {
  const checkpoint = checkpointOf(target, task);
  const expiry = checkpoint?.get('expiry');
  if (
    checkpoint?.get('active') !== '1' ||
    checkpoint.get('state') !== 'streaming' ||
    (expiry !== 'long' && expiry !== 'small')
  )
    return [];
  return [...target.keyspace.databases].flatMap(([db, entries]) =>
    [...entries].flatMap(([key, { expireAtMs }]) => {
      if (expireAtMs === undefined || key.startsWith(OWN)) return [];
      const bound = boundOf(expireAtMs);
      if (bound === 'long' || (bound === expiry && expiry === 'small')) return [];
      return [`${key} of database ${db} expires ${bound}, and the checkpoint says ${expiry}`];
    }),
  );
}

/** Whether a witness has every token once, in order, as far as it goes. */
export function brokenWitnesses(side: string, keyspace: Keyspace): string[] {
  return [...keyspace.databases].flatMap(([db, entries]) => {
    const value = entries.get('witness')?.value;
    const items = value?.kind === 'list' ? value.items.map(Number) : [];
    const at = items.findIndex((token, i) => i > 0 && token <= items[i - 1]!);
    return at < 0
      ? []
      : [`the witness of database ${db} on the ${side} has ${items[at]} behind ${items[at - 1]}`];
  });
}
