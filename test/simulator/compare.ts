import { checkpointKey } from '../../electron/engine/checkpoint/checkpoint.ts';
import { laneKey, laneNames, parseLaneIndex } from '../../electron/engine/checkpoint/lane-index.ts';
import { taskOf } from '../../electron/engine/checkpoint/task-parts.ts';
import { ALL_SLOTS, SlotSet } from '../../electron/engine/router/slot-set.ts';
import { boundOf, trueTimeMs, type Amounts } from '../../shared/model/lateness.ts';
import type { Entry, Keyspace, Value } from './keyspace.ts';
import { slotOf } from './slots.ts';

/** What holds data: a server, or a side of a history. */
export interface Holder {
  readonly keyspace: Keyspace;
  readonly nowMs: number;
  /** Of a cluster: what lies in the slot of a key, which takes less than all of it. */
  inSlotOf?(key: string): Keyspace;
}

const nearby = (target: Holder, key: string): ReadonlyMap<string, Entry> =>
  (target.inSlotOf?.(key) ?? target.keyspace).db(0);

const OWN = 'lockstep:';
/** A late time is rounded up to 16 ms, and an exact one moved off a mark by one. */
const ROUNDED_MS = 17;
/** A key may be looked at on one side before its end, and on the other after it: clocks differ, and a round trip lies between. */
const ABOUT_TO_END_MS = 4000;

export const plain = (value: Value): string => {
  if (value.kind === 'string') return value.bytes;
  if (value.kind === 'list') return value.items.join(' ');
  if (value.kind === 'set') return [...value.members].sort().join(' ');
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
 * where they are exact, `any` where they are not looked at. `driftMs`: how much they may be off besides. `leftMs`: by so much what has
 * expired on the source, and nothing is told of any more, may stay late.
 */
export function differences(
  source: Holder,
  target: Holder,
  amounts: Amounts | 'any' | undefined,
  driftMs = 0,
  leftMs = 0,
): string[] {
  const found: string[] = [];
  const [from, to] = [source.keyspace, target.keyspace];
  const databases = new Set([...from.databases.keys(), ...to.databases.keys()]);
  for (const db of [...databases].sort((a, b) => a - b)) {
    const keys = new Set([...from.db(db).keys(), ...to.db(db).keys()]);
    for (const key of [...keys].sort()) {
      if (key.startsWith(OWN)) continue;
      const both = [from.db(db).get(key), to.db(db).get(key)] as const;
      const difference = differenceOf(both[0] ? source.nowMs : source.nowMs + leftMs, both, amounts, driftMs);
      if (difference !== undefined) found.push(`${key} of database ${db}: ${difference}`);
    }
  }
  return found;
}

function differenceOf(
  nowMs: number,
  [from, to]: readonly [Entry | undefined, Entry | undefined],
  amounts: Amounts | 'any' | undefined,
  driftMs: number,
): string | undefined {
  const written = to?.expireAtMs;
  const trueMs =
    written !== undefined && amounts && amounts !== 'any' ? trueTimeMs(written, amounts) : written;
  const endMs = from ? from.expireAtMs : trueMs;
  if (endMs !== undefined && endMs < nowMs + ABOUT_TO_END_MS && (!from || !to)) return undefined;
  const both = `the source has ${shown(from)}, the target ${shown(to)}`;
  if (!from || !to) return both;
  if (from.value.kind !== to.value.kind || plain(from.value) !== plain(to.value)) return both;
  if ((from.expireAtMs === undefined) !== (trueMs === undefined)) return both;
  if (amounts === 'any') return undefined;
  const lateMs = (trueMs ?? 0) - (from.expireAtMs ?? 0);
  return lateMs < -driftMs || lateMs > ROUNDED_MS + driftMs ? `${both}: ${lateMs} ms late` : undefined;
}

/** What the target says of a task. */
export function checkpointOf(target: Holder, task: string): ReadonlyMap<string, string> | undefined {
  const key = checkpointKey(task);
  const value = nearby(target, key).get(key)?.value;
  return value?.kind === 'hash' ? value.fields : undefined;
}

/** The same of a task, or of all of its parts. */
export function checkpointsOf(target: Holder, task: string): ReadonlyMap<string, string>[] {
  const [begin] = checkpointKey(task).split(task);
  return [...nearby(target, checkpointKey(task))].flatMap(([key, { value }]) =>
    value.kind === 'hash' && key.startsWith(begin!) && taskOf(key.slice(begin!.length)) === task
      ? [value.fields]
      : [],
  );
}

/** What the lane says that is least far; undefined where there are none. */
export function leastOfLanes(keyspace: Keyspace, task: string): number | undefined {
  const text = checkpointOf({ keyspace, nowMs: 0 }, task)?.get('lanes') ?? '';
  const index = parseLaneIndex(text);
  const offsets = (index ? laneNames(index) : []).map((name) => {
    const value = keyspace.db(0).get(laneKey(task, name))?.value;
    return value?.kind === 'hash' ? Number(value.fields.get('offset')) : 0;
  });
  return offsets.length > 0 ? Math.min(...offsets) : undefined;
}

/**
 * Times on one node of a cluster that are less late than its lanes say. `carried`: slots whose times may say something else than they are,
 * as may what RENAME and COPY have made of their keys; but nothing here lives for so long that it could be far away without being late.
 */
export function earlierThanLanesSay(
  { keyspace, nowMs }: Holder,
  tasks: ReadonlyMap<string, string>[],
  has: (slot: number) => boolean,
  carried: ReadonlySet<number>,
): string[] {
  if (tasks.length === 0) return [];
  const parts = tasks.map((one) => ({
    owner: one.get('owner'),
    index: parseLaneIndex(one.get('lanes') ?? '', NO_SLOTS),
    // Slots that are still to be brought to a part are in its lanes before it vouches for them.
    vouched: SlotSet.parse(one.get('slots') ?? '') ?? ALL_SLOTS,
  }));
  const keys = [...keyspace.db(0)];
  const lanes = keys.flatMap(([key, { value }]) => {
    if (value.kind !== 'hash' || !key.startsWith(OWN)) return [];
    const [, tag = '', generation = ''] = /^lockstep:\{(\w+)\}:lane:(\d+):/.exec(key) ?? [];
    if (tag === '') return [];
    return parts.flatMap(({ owner, index, vouched }) => {
      // The lanes of two parts may bear the same tag.
      const its = owner === value.fields.get('owner') && index?.generation === Number(generation);
      const lane = its ? index.lanes.find((some) => some.tag === tag) : undefined;
      return lane ? [{ slots: SlotSet.of(lane.slots).and(vouched), expiry: value.fields.get('expiry') }] : [];
    });
  });
  if (lanes.length === 0) return [];
  return keys.flatMap(([key, { expireAtMs }]) => {
    if (expireAtMs === undefined || key.startsWith(OWN) || !has(slotOf(key))) return [];
    const lane = lanes.find(({ slots }) => slots.has(slotOf(key)));
    const bound = boundOf(expireAtMs);
    if (lane?.expiry !== 'long' && lane?.expiry !== 'small') return [];
    const early =
      lane.expiry === 'long' ? expireAtMs < nowMs + FAR_MS : bound === 'exact' && carried.size === 0;
    if (!early) return [];
    return [`${key} expires ${bound}, and its lane says ${lane.expiry}`];
  });
}

const NO_SLOTS = SlotSet.of([]);
const FAR_MS = 3_600_000;

/** Times on the target that are less late than its checkpoint says all of them are. */
export function earlierThanPromised(target: Holder, task: string): string[] {
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
    return [...entries].flatMap(([key, { value }]) => {
      const items = key.endsWith('witness') && value.kind === 'list' ? value.items.map(Number) : [];
      const at = items.findIndex((token, i) => i > 0 && token <= items[i - 1]!);
      return at < 0
        ? []
        : [`${key} of database ${db} on the ${side} has ${items[at]} behind ${items[at - 1]}`];
    });
  });
}
