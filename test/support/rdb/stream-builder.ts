/** Builds bodies of streams by hand. */
import { i64le, join, length, listpack, listpackInteger, listpackString, string, u64be } from './builder.ts';

export type Id = readonly [ms: bigint, sequence: bigint];

export const rawId = ([ms, sequence]: Id): Buffer => join(u64be(ms), u64be(sequence));
export const idLengths = ([ms, sequence]: Id): Buffer => join(length(ms), length(sequence));

/** An entry of a node: its id as a difference to the node's key, and whether it is deleted. */
export interface NodeEntry {
  readonly difference: Id;
  readonly deleted?: boolean;
  /** The values alone if the entry has the node's own fields, else fields and values by turns. */
  readonly values?: readonly string[];
  readonly fieldsAndValues?: readonly string[];
}

const integer = (value: bigint): Buffer => listpackInteger(value, value >= 0n && value < 128n ? 7 : 64);

/** A node with its key: entries that count from the key, and the fields that they have in common. */
export function node(key: Id, fields: readonly string[], entries: readonly NodeEntry[]): Buffer {
  const items = [integer(BigInt(entries.filter((entry) => !entry.deleted).length))];
  items.push(
    integer(BigInt(entries.filter((entry) => entry.deleted).length)),
    integer(BigInt(fields.length)),
  );
  items.push(...fields.map((field) => listpackString(field)), integer(0n));
  for (const { difference, deleted, values, fieldsAndValues } of entries) {
    items.push(integer((deleted ? 1n : 0n) | (values ? 2n : 0n)), ...difference.map(integer));
    const texts = (values ?? fieldsAndValues ?? []).map((text) =>
      /^\d$/.test(text) ? integer(BigInt(text)) : listpackString(text),
    );
    if (!values) items.push(integer(BigInt(texts.length / 2)));
    // What stands before it of the entry, but for this count itself.
    items.push(...texts, integer(BigInt(texts.length + (values ? 3 : 4))));
  }
  return join(string(rawId(key)), string(listpack(items)));
}

/** A pending entry of a group. */
export const pending = (id: Id, timeMs: bigint, deliveries: number): Buffer =>
  join(rawId(id), i64le(timeMs), length(deliveries));
