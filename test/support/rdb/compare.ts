import type { Redis } from 'ioredis';
import { expect } from 'vitest';
import { NO_EXPIRY } from '../../../electron/engine/protocol/rdb/events.ts';
import { RDB_TYPE } from '../../../electron/engine/protocol/rdb/types.ts';
import { compareStream } from './compare-stream.ts';
import type { RdbRecorder, RecordedKey } from './recorder.ts';

/** What a time that the server gives as a distance from now may be off. */
const CLOCK_SLACK_MS = 60_000;
const FOOTER_BYTES = 10;

type Tree = Buffer | number | null | readonly Tree[];

/** A reply with its bytes as latin1 text, flattened. */
export async function ask(client: Redis, command: string, ...args: (string | Buffer)[]): Promise<string[]> {
  const reply = (await client.callBuffer(command, ...args)) as Tree;
  const flat = (tree: Tree): string[] => {
    if (tree === null) return [''];
    return Array.isArray(tree)
      ? tree.flatMap(flat)
      : [Buffer.isBuffer(tree) ? tree.toString('latin1') : String(tree)];
  };
  return flat(reply);
}

/** Checks that what was decoded is what the server answers, key by key. @returns how many keys were compared */
export async function compareWithServer(client: Redis, recorded: RdbRecorder): Promise<number> {
  const databases = new Map<number, RecordedKey[]>();
  for (const key of recorded.keys) databases.set(key.db, [...(databases.get(key.db) ?? []), key]);
  for (const [db, keys] of databases) {
    await client.select(db);
    expect(new Set(keys.map((key) => key.key))).toEqual(new Set(await ask(client, 'KEYS', '*')));
    expect(await client.dbsize()).toBe(keys.length);
    const sizes = recorded.sizes.find((size) => size.db === db);
    if (sizes) expect(sizes.keys).toBe(keys.length);
    for (const key of keys) await compareKey(client, key);
  }
  await client.select(0);
  return recorded.keys.length;
}

async function compareKey(client: Redis, key: RecordedKey): Promise<void> {
  const name = Buffer.from(key.key, 'latin1');
  const value = key.value!;
  const label = `${key.db}:${key.key.slice(0, 40)} (type ${key.type})`;
  const kind = await client.type(name);
  const same = (given: unknown, answered: unknown): void =>
    expect({ [label]: given }).toEqual({ [label]: answered });
  switch (kind) {
    case 'string':
      // Compared as a truth, since a difference of megabytes would take for ever to print.
      same(value.text === (await ask(client, 'GET', name))[0], true);
      break;
    case 'list':
      same(value.elements, await ask(client, 'LRANGE', name, '0', '-1'));
      break;
    case 'set':
      same([...value.elements].sort(), (await ask(client, 'SMEMBERS', name)).sort());
      break;
    case 'zset': {
      const pairs = pairsOf(await ask(client, 'ZRANGE', name, '0', '-1', 'WITHSCORES'));
      const numbers = (list: readonly (readonly [string, string])[]): unknown =>
        new Map(list.map(([member, score]) => [member, Number(score.replace('inf', 'Infinity'))]));
      expect(value.scored.length).toBe(pairs.length);
      same(numbers(value.scored), numbers(pairs));
      break;
    }
    case 'hash':
      expect(value.fields.length).toBe(await client.hlen(name));
      same(
        new Map(value.fields.map(([field, text]) => [field, text])),
        new Map(pairsOf(await ask(client, 'HGETALL', name))),
      );
      await compareFieldExpiries(client, name, value.fields);
      break;
    default:
      same(kind, 'stream');
      await compareStream(client, name, value);
  }
  await compareExpiry(client, name, key.expireAtMs);
  await compareDump(client, name, key, same);
}

const pairsOf = (flat: readonly string[]): [string, string][] =>
  flat.flatMap((item, i) => (i % 2 === 0 ? [[item, flat[i + 1]!] as [string, string]] : []));

async function compareFieldExpiries(
  client: Redis,
  name: Buffer,
  fields: readonly (readonly [string, string, number])[],
): Promise<void> {
  if (fields.every(([, , expireAtMs]) => expireAtMs === NO_EXPIRY)) return;
  const names = fields.map(([field]) => Buffer.from(field, 'latin1'));
  const answered = await ask(client, 'HPEXPIRETIME', name, 'FIELDS', String(names.length), ...names);
  expect(fields.map(([, , expireAtMs]) => String(expireAtMs))).toEqual(answered);
}

async function compareExpiry(client: Redis, name: Buffer, expireAtMs: number): Promise<void> {
  const leftMs = await client.pttl(name);
  if (leftMs === -1) expect(expireAtMs).toBe(NO_EXPIRY);
  else expect(Math.abs(Date.now() + leftMs - expireAtMs)).toBeLessThan(CLOCK_SLACK_MS);
}

/** The body that came whole is what DUMP gives between its type and its footer. */
async function compareDump(
  client: Redis,
  name: Buffer,
  key: RecordedKey,
  same: (given: unknown, answered: unknown) => void,
): Promise<void> {
  if (key.body === undefined) return;
  const dump = (await client.callBuffer('DUMP', name)) as Buffer;
  same(key.type & 0xff, dump[0]);
  const body = dump.toString('latin1', 1, dump.length - FOOTER_BYTES);
  // The order within a hash table may change while it is being resized.
  const unordered: readonly number[] = [
    RDB_TYPE.SET,
    RDB_TYPE.HASH,
    RDB_TYPE.HASH_METADATA,
    RDB_TYPE.VALKEY_HASH_2,
  ];
  if (unordered.includes(key.type)) same(key.body.length, body.length);
  else same(key.body === body, true);
}
