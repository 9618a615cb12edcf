import {
  MOST_PAGE_BYTES,
  MOST_ROWS,
  STRING_PIECE_BYTES,
  type KeyCell,
  type KeyHead,
  type KeyPlace,
  type KeyRow,
} from '../../../../shared/model/key-reading.ts';
import { throwIfAborted } from '../throw-if-aborted.ts';
import { readFieldTtls, type FieldTtls } from '../deep-hash.ts';
import { chunkElements } from '../deep-values.ts';
import type { Side } from '../side.ts';
import { effectiveTtlMs, sameTtl, TTL_ABSENT, TTL_NONE } from '../ttl.ts';
import { cellBytes, cellOf, cellsOf } from './cells.ts';
import { elementKind, type Element, type ElementKind } from './elements.ts';

/** A page ends after so many elements, or so long, be there none to show: nothing but differences may be wanted. */
const MOST_LOOKED = 200_000;
const MOST_LOOKING_MS = 5000;

export interface RowsOptions {
  readonly source: Side;
  readonly target: Side;
  readonly key: Buffer;
  readonly heads: { readonly source: KeyHead; readonly target: KeyHead };
  readonly differing: boolean;
  readonly place: KeyPlace | undefined;
  readonly signal: AbortSignal | undefined;
}

export interface Rows {
  readonly rows: readonly KeyRow[];
  readonly looked: number;
  readonly next: KeyPlace | undefined;
}

/** The elements of one page: what the source has with what the target has of it, then what only the target has. */
export async function readRows(options: RowsOptions): Promise<Rows> {
  const { source: clocked, differing, signal } = options;
  const endMs = clocked.clock.monotonicMs() + MOST_LOOKING_MS;
  const rows: KeyRow[] = [];
  let looked = 0;
  let bytes = 0;
  let place: KeyPlace | undefined = options.place ?? { phase: 'source', at: '', skip: 0 };
  while (place) {
    throwIfAborted(signal);
    const phase: Phase | undefined = phaseOf(options, place.phase);
    if (!phase) {
      place = place.phase === 'source' ? { phase: 'target', at: '', skip: 0 } : undefined;
      continue;
    }
    const at: string = place.at === '' ? phase.first : place.at;
    const found = await phase.batch(at);
    for (let i = place.skip; i < found.rows.length; i++) {
      const row = found.rows[i];
      looked += 1;
      if (!row || (differing && !row.differs)) continue;
      const more: number = cellBytes(row.name) + cellBytes(row.source) + cellBytes(row.target);
      if (rows.length === MOST_ROWS || (rows.length > 0 && bytes + more > MOST_PAGE_BYTES))
        return { rows, looked: looked - 1, next: { phase: place.phase, at, skip: i } };
      rows.push(row);
      bytes += more;
    }
    place = following(place.phase, found.next);
    const full = rows.length >= MOST_ROWS / 2 || bytes >= MOST_PAGE_BYTES / 2;
    if (full || looked >= MOST_LOOKED || clocked.clock.monotonicMs() > endMs) break;
  }
  return { rows, looked, next: place };
}

const following = (phase: KeyPlace['phase'], next: string | undefined): KeyPlace | undefined => {
  if (next !== undefined) return { phase, at: next, skip: 0 };
  return phase === 'source' ? { phase: 'target', at: '', skip: 0 } : undefined;
};

interface Phase {
  readonly first: string;
  /** undefined where an element has a row in the other phase, or has expired. */
  readonly batch: (at: string) => Promise<{
    readonly rows: readonly (KeyRow | undefined)[];
    readonly next: string | undefined;
  }>;
}

/** undefined where this side has nothing that can be read. */
function phaseOf(options: RowsOptions, name: KeyPlace['phase']): Phase | undefined {
  const { heads, source, target, key } = options;
  const own = heads[name];
  const other = heads[name === 'source' ? 'target' : 'source'];
  const kind = elementKind(own.type);
  if (!kind) return undefined;
  const alike = own.type === other.type;
  const [side, beside] = name === 'source' ? [source, target] : [target, source];
  const count = Math.min(MOST_ROWS, chunkElements(own.bytes ?? 0, own.length ?? 1));
  const onlyHere = name === 'target' && alike;
  return {
    // Where names are places, what lies within the source's length has its row already.
    first: onlyHere && kind.after ? kind.after(other.length ?? 0) : kind.first,
    batch: async (at) => {
      const { elements, next } = await kind.batch(side, key, at, count);
      const names = elements.map((element) => element.name);
      const values =
        alike && names.length > 0 ? await kind.lookUp(beside, key, names) : names.map(() => null);
      const ttls = kind.row === 'field' ? await fieldTtls(options, names, alike, name) : undefined;
      const rows = elements.map((element, i) => {
        const pair: Pair =
          name === 'source'
            ? { kind, name: element.name, source: element.value, target: values[i] ?? null }
            : { kind, name: element.name, source: values[i] ?? null, target: element.value };
        const alive = ttls ? withoutExpired(pair, ttls, i) : pair;
        if (alive.source === null && alive.target === null) return undefined;
        if (onlyHere && alive.source !== null) return undefined;
        return rowOf(alive, ttls, i);
      });
      return { rows, next };
    },
  };
}

interface Pair {
  readonly kind: ElementKind;
  readonly name: Element['name'];
  readonly source: Buffer | null;
  readonly target: Buffer | null;
}

interface TtlsOfBoth {
  readonly source: FieldTtls;
  readonly target: FieldTtls;
}

/** Undefined where neither server lets fields expire. */
async function fieldTtls(
  { source, target, key }: RowsOptions,
  names: readonly Buffer[],
  alike: boolean,
  phase: KeyPlace['phase'],
): Promise<TtlsOfBoth | undefined> {
  const withTtl = source.abilities.fieldTtl || target.abilities.fieldTtl;
  if (!withTtl || names.length === 0) return undefined;
  const none = { clockMs: source.clock.now(), ttlMs: undefined };
  const [ofSource, ofTarget] = await Promise.all([
    alike || phase === 'source' ? readFieldTtls(true, source, key, names) : none,
    alike || phase === 'target' ? readFieldTtls(true, target, key, names) : none,
  ]);
  return { source: ofSource, target: ofTarget };
}

const ttlAt = ({ ttlMs }: FieldTtls, i: number): number => ttlMs?.[i] ?? TTL_NONE;

/** A field whose time has passed counts as gone, removed or not. */
function withoutExpired(pair: Pair, { source, target }: TtlsOfBoth, i: number): Pair {
  const gone = (ttls: FieldTtls): boolean => effectiveTtlMs(ttlAt(ttls, i)) === TTL_ABSENT;
  return {
    ...pair,
    source: gone(source) ? null : pair.source,
    target: gone(target) ? null : pair.target,
  };
}

function rowOf({ kind, name, source, target }: Pair, ttls: TtlsOfBoth | undefined, i: number): KeyRow {
  const [a, b] = shownCells(kind, source, target);
  const both = source !== null && target !== null;
  const sameTime =
    !ttls ||
    !both ||
    sameTtl(
      { ttlMs: ttlAt(ttls.source, i), clockMs: ttls.source.clockMs },
      { ttlMs: ttlAt(ttls.target, i), clockMs: ttls.target.clockMs },
    );
  return {
    kind: kind.row,
    index: kind.byPlace ? Number(name.toString()) : null,
    name: kind.byPlace ? null : cellOf(name),
    source: timed(a, ttls?.source, i),
    target: timed(b, ttls?.target, i),
    differs: !both || !kind.same(source, target) || !sameTime,
  };
}

function shownCells(
  kind: ElementKind,
  source: Buffer | null,
  target: Buffer | null,
): [KeyCell | null, KeyCell | null] {
  const piece = kind.row === 'piece';
  const one = (value: Buffer | null): KeyCell | null =>
    value === null ? null : piece ? cellOf(value, STRING_PIECE_BYTES) : cellOf(kind.shown(value));
  if (piece || source === null || target === null) return [one(source), one(target)];
  return cellsOf(kind.shown(source), kind.shown(target));
}

function timed(cell: KeyCell | null, ttls: FieldTtls | undefined, i: number): KeyCell | null {
  if (!cell || !ttls) return cell;
  const ttlMs = ttlAt(ttls, i);
  return ttlMs < 0 ? cell : { ...cell, ttlMs };
}
