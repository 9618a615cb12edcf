import { STRING_PIECE_BYTES, type KeyRowKind } from '../../../../shared/model/key-reading.ts';
import { printableBytes } from '../printable-bytes.ts';
import type { Reply } from '../page-reader.ts';
import { sameHyperLogLog } from '../hyperloglog.ts';
import { parseScore } from '../small-values.ts';
import type { Side } from '../side.ts';
import { nextStreamId } from '../stream-replies.ts';

/** One element as a side has it. */
export interface Element {
  /** What it is found by on the other side; of lists and strings their place as a text. */
  readonly name: Buffer;
  readonly value: Buffer;
}

export interface Batch {
  readonly elements: readonly Element[];
  /** Where the next one begins; undefined at the end. */
  readonly next: string | undefined;
}

/** How the elements of a type are read, a batch at a time, and looked up by their names. */
export interface ElementKind {
  readonly row: KeyRowKind;
  /** Names are places: the other side has the same ones up to its end. */
  readonly byPlace: boolean;
  /** Where the first batch begins. */
  readonly first: string;
  /** Where the batch begins in which the place after so many elements lies; only where names are places. */
  readonly after?: (length: number) => string;
  readonly length: (side: Side, key: Buffer) => Promise<number>;
  readonly batch: (side: Side, key: Buffer, at: string, count: number) => Promise<Batch>;
  /** Of each name what this side has; null for none. */
  readonly lookUp: (side: Side, key: Buffer, names: readonly Buffer[]) => Promise<(Buffer | null)[]>;
  readonly same: (source: Buffer, target: Buffer) => boolean;
  /** What is shown of a value. */
  readonly shown: (value: Buffer) => Buffer;
}

const PRESENT = Buffer.alloc(0);
/** Of an entry of a stream so much of each field and value. */
const FIELD_BYTES = 400;

const asIs = (value: Buffer): Buffer => value;
const sameBytes = (a: Buffer, b: Buffer): boolean => a.equals(b);

const numberOf =
  (command: string) =>
  async (side: Side, key: Buffer): Promise<number> =>
    Number(await side.call(command, key));

const pairs = (flat: readonly Buffer[]): Element[] =>
  flat.flatMap((name, i) => (i % 2 === 0 ? [{ name, value: flat[i + 1]! }] : []));

/** Asks for many at once, or, on servers before 6.2, one by one. */
async function members(
  side: Side,
  many: string,
  one: string,
  key: Buffer,
  names: readonly Buffer[],
): Promise<Reply[]> {
  if (side.abilities.multiMembership) return (await side.call(many, key, ...names)) as Reply[];
  return Promise.all(names.map((name) => side.call(one, key, name)));
}

const string: ElementKind = {
  row: 'piece',
  byPlace: true,
  first: '0',
  after: (length) => String(Math.ceil(length / STRING_PIECE_BYTES) * STRING_PIECE_BYTES),
  length: numberOf('STRLEN'),
  batch: async (side, key, at) => {
    const from = Number(at);
    const value = (await side.call('GETRANGE', key, from, from + STRING_PIECE_BYTES - 1)) as Buffer;
    // An empty string has one piece all the same.
    const elements = value.length > 0 || from === 0 ? [{ name: Buffer.from(at), value }] : [];
    const more = value.length === STRING_PIECE_BYTES;
    return { elements, next: more ? String(from + STRING_PIECE_BYTES) : undefined };
  },
  lookUp: (side, key, names) =>
    Promise.all(
      names.map(async (name) => {
        const from = Number(name.toString());
        const piece = (await side.call('GETRANGE', key, from, from + STRING_PIECE_BYTES - 1)) as Buffer;
        return piece.length > 0 || from === 0 ? piece : null;
      }),
    ),
  same: (a, b) => a.equals(b) || sameHyperLogLog(a, b),
  shown: asIs,
};

const list: ElementKind = {
  row: 'element',
  byPlace: true,
  first: '0',
  after: String,
  length: numberOf('LLEN'),
  batch: async (side, key, at, count) => {
    const from = Number(at);
    const values = (await side.call('LRANGE', key, from, from + count - 1)) as Buffer[];
    return {
      elements: values.map((value, i) => ({ name: Buffer.from(String(from + i)), value })),
      next: values.length === count ? String(from + count) : undefined,
    };
  },
  lookUp: async (side, key, names) => {
    const [first, last] = [names[0], names.at(-1)].map((name) => Number(name?.toString()));
    if (first === undefined || last === undefined) return [];
    const values = (await side.call('LRANGE', key, first, last)) as Buffer[];
    return names.map((_, i) => values[i] ?? null);
  },
  same: sameBytes,
  shown: asIs,
};

const scan =
  (command: string, elementsOf: (flat: readonly Buffer[]) => Element[]): ElementKind['batch'] =>
  async (side, key, at, count) => {
    const [next, flat] = (await side.call(command, key, at, 'COUNT', count)) as [Buffer, Buffer[]];
    const cursor = next.toString();
    return { elements: elementsOf(flat), next: cursor === '0' ? undefined : cursor };
  };

const hash: ElementKind = {
  row: 'field',
  byPlace: false,
  first: '0',
  length: numberOf('HLEN'),
  batch: scan('HSCAN', pairs),
  lookUp: async (side, key, names) => (await side.call('HMGET', key, ...names)) as (Buffer | null)[],
  same: sameBytes,
  shown: asIs,
};

const set: ElementKind = {
  row: 'member',
  byPlace: false,
  first: '0',
  length: numberOf('SCARD'),
  batch: scan('SSCAN', (flat) => flat.map((name) => ({ name, value: PRESENT }))),
  lookUp: async (side, key, names) =>
    (await members(side, 'SMISMEMBER', 'SISMEMBER', key, names)).map((is) => (is === 1 ? PRESENT : null)),
  same: () => true,
  shown: asIs,
};

/** By rank, so that they come in the order of their scores. */
const zset: ElementKind = {
  row: 'score',
  byPlace: false,
  first: '0',
  length: numberOf('ZCARD'),
  batch: async (side, key, at, count) => {
    const from = Number(at);
    const flat = (await side.call('ZRANGE', key, from, from + count - 1, 'WITHSCORES')) as Buffer[];
    return { elements: pairs(flat), next: flat.length === 2 * count ? String(from + count) : undefined };
  },
  lookUp: async (side, key, names) =>
    (await members(side, 'ZMSCORE', 'ZSCORE', key, names)) as (Buffer | null)[],
  same: (a, b) => parseScore(a) === parseScore(b),
  shown: asIs,
};

type Entry = [id: Buffer, flat: Buffer[] | null];

/** Told apart by all of its bytes, whatever they are: each with its length in front. */
const joined = (flat: readonly Buffer[] | null): Buffer =>
  Buffer.concat(
    (flat ?? []).flatMap((part) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(part.length);
      return [length, part];
    }),
  );

function divided(value: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < value.length;) {
    const length = value.readUInt32BE(at);
    parts.push(value.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return parts;
}

const stream: ElementKind = {
  row: 'entry',
  byPlace: false,
  first: '-',
  length: numberOf('XLEN'),
  batch: async (side, key, at, count) => {
    const entries = (await side.call('XRANGE', key, at, '+', 'COUNT', count)) as Entry[];
    const last = entries.at(-1);
    return {
      elements: entries.map(([name, flat]) => ({ name, value: joined(flat) })),
      next: last && entries.length === count ? nextStreamId(last[0].toString()) : undefined,
    };
  },
  lookUp: (side, key, names) =>
    Promise.all(
      names.map(async (id) => {
        const [entry] = (await side.call('XRANGE', key, id, id)) as Entry[];
        return entry ? joined(entry[1]) : null;
      }),
    ),
  same: sameBytes,
  shown: (value) => {
    const parts = divided(value).map((part) => printableBytes(part, FIELD_BYTES));
    const lines = parts.flatMap((part, i) => (i % 2 === 0 ? [`${part}: ${parts[i + 1] ?? ''}`] : []));
    return Buffer.from(lines.join('\n'));
  },
};

const KINDS: Readonly<Record<string, ElementKind>> = { string, list, hash, set, zset, stream };

/** By what TYPE tells; undefined for values of modules, and for no key. */
export const elementKind = (type: string): ElementKind | undefined =>
  Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
