import type { ValueKind } from '../protocol/rdb/types.ts';
import { compareDeep } from './deep-compare.ts';
import { dumpsProveEqual, hasFieldTtl, kindOfDump } from './dump-body.ts';
import { keyCommand, PageRequest, type Reply } from './page-reader.ts';
import { describePresence, exists, readPresence, type Presence } from './presence.ts';
import type { Finding } from '../../../shared/model/comparison.ts';
import type { Side } from './side.ts';
import { compareSmall, smallReadCommand } from './small-values.ts';
import { describeTtl, effectiveTtlMs, endsSoon, sameTtl, TTL_ABSENT } from './ttl.ts';

export interface PageResult {
  /** By the index of the key; undefined where the sides agree. */
  readonly findings: readonly (Finding | undefined)[];
  /** By the index of the key: on which sides it lives. */
  readonly places: Uint8Array;
  /** By the index of the key: what it takes in memory, on the source where that has it; 0 where that is not told. */
  readonly sizes: Float64Array;
}

/** In `places`, added up. */
export const ON_SOURCE = 1;
export const ON_TARGET = 2;

/** Above this a value is never read whole. */
const LARGE_BYTES = 64 * 1024;
/** How many bytes of whole values are asked of each side at once. */
const BATCH_BYTES = 8 * 1024 * 1024;
/** Streams, and hashes whose fields expire, need several round trips each: that many at the same time. */
const DEEP_AT_ONCE = 32;

const DUMP = keyCommand('DUMP', undefined);

/** The work on one page of keys: what both sides said of them, and what was found. */
interface Page {
  readonly source: Side;
  readonly target: Side;
  readonly keys: readonly Buffer[];
  readonly atSource: Presence;
  readonly atTarget: Presence;
  readonly findings: (Finding | undefined)[];
  readonly batchBytes: number;
}

/**
 * Compares some keys of the database that is selected on both sides: existence, type, value and expiry. Reads values of
 * up to 64 KiB whole and larger ones in chunks, so its memory does not grow with the values. `atOnce`: so many share that memory.
 */
export async function comparePage(
  source: Side,
  target: Side,
  keys: readonly Buffer[],
  atOnce = 1,
): Promise<PageResult> {
  const [atSource, atTarget] = await Promise.all([readPresence(source, keys), readPresence(target, keys)]);
  const page: Page = {
    source,
    target,
    keys,
    atSource,
    atTarget,
    findings: Array(keys.length).fill(undefined),
    batchBytes: Math.max(LARGE_BYTES, BATCH_BYTES / atOnce),
  };
  const places = new Uint8Array(keys.length);
  const sizes = new Float64Array(keys.length);
  const shared: number[] = [];
  for (let i = 0; i < keys.length; i++) {
    const here = effectiveTtlMs(atSource.ttlMs[i]!) !== TTL_ABSENT;
    const there = effectiveTtlMs(atTarget.ttlMs[i]!) !== TTL_ABSENT;
    places[i] = (here ? ON_SOURCE : 0) + (there ? ON_TARGET : 0);
    if (here || there) sizes[i] = toldBytes(here ? source : target, here ? atSource : atTarget, i);
    if (here && there) shared.push(i);
    else page.findings[i] = compareAbsence(page, i, here, there);
  }
  await compareValues(page, shared);
  for (const i of shared) page.findings[i] ??= compareTtl(page, i);
  return { findings: page.findings, places, sizes };
}

/** What a server says that a key takes, not what is taken for it. */
const toldBytes = ({ abilities }: Side, { bytes }: Presence, i: number): number =>
  abilities.memoryUsage ? bytes[i]! : 0;

function compareAbsence(page: Page, i: number, here: boolean, there: boolean): Finding | undefined {
  const { atSource, atTarget } = page;
  if (here && !endsSoon(atSource.ttlMs[i]!)) {
    return {
      kind: 'missing-on-target',
      source: describePresence(atSource, i),
      target: describeAbsence(atTarget, i),
    };
  }
  if (there && !endsSoon(atTarget.ttlMs[i]!)) {
    return {
      kind: 'missing-on-source',
      source: describeAbsence(atSource, i),
      target: describePresence(atTarget, i),
    };
  }
  return undefined;
}

function describeAbsence(presence: Presence, i: number): string {
  return exists(presence, i) ? 'expired' : 'absent';
}

function compareTtl(page: Page, i: number): Finding | undefined {
  const source = { ttlMs: page.atSource.ttlMs[i]!, clockMs: page.atSource.clockMs };
  const target = { ttlMs: page.atTarget.ttlMs[i]!, clockMs: page.atTarget.clockMs };
  if (sameTtl(source, target)) return undefined;
  return { kind: 'ttl', source: describeTtl(source.ttlMs), target: describeTtl(target.ttlMs) };
}

async function compareValues(page: Page, shared: readonly number[]): Promise<void> {
  const large: number[] = [];
  let batch: number[] = [];
  let batchBytes = 0;
  for (const i of shared) {
    const bytes = largerBytes(page, i);
    if (bytes > LARGE_BYTES) {
      large.push(i);
      continue;
    }
    if (batchBytes + bytes > page.batchBytes) {
      await compareWhole(page, batch);
      batch = [];
      batchBytes = 0;
    }
    batch.push(i);
    batchBytes += bytes;
  }
  await compareWhole(page, batch);
  for (const i of large) await compareOneDeep(page, i, undefined);
}

/** Compares values that may be read whole: by DUMP, then, where that proves nothing, by typed reads. */
async function compareWhole(page: Page, batch: readonly number[]): Promise<void> {
  const [source, target] = await readOnBoth(page, batch, () => DUMP);
  const typed: number[] = [];
  const kinds: ValueKind[] = [];
  const deep: [index: number, kind: ValueKind | undefined][] = [];
  batch.forEach((i, n) => {
    const a = source[n]!;
    const b = target[n]!;
    if (a instanceof Error) throw page.source.coded(a);
    if (b instanceof Error) throw page.target.coded(b);
    if (!Buffer.isBuffer(a) || !Buffer.isBuffer(b)) {
      page.findings[i] = compareAbsence(page, i, a !== null, b !== null);
      return;
    }
    if (dumpsProveEqual(a, b)) return;
    const kind = kindOfDump(a);
    const other = kindOfDump(b);
    if (kind && other && kind !== other) page.findings[i] = { kind: 'type', source: kind, target: other };
    else if (kind && smallReadCommand(kind) && !hasFieldTtl(a) && !hasFieldTtl(b)) {
      typed.push(i);
      kinds.push(kind);
    } else deep.push([i, kind]);
  });
  await compareTyped(page, typed, kinds);
  for (let n = 0; n < deep.length; n += DEEP_AT_ONCE) {
    await Promise.all(deep.slice(n, n + DEEP_AT_ONCE).map(([i, kind]) => compareOneDeep(page, i, kind)));
  }
}

async function compareTyped(
  page: Page,
  batch: readonly number[],
  kinds: readonly ValueKind[],
): Promise<void> {
  const [source, target] = await readOnBoth(page, batch, (n) => smallReadCommand(kinds[n]!)!);
  batch.forEach((i, n) => {
    page.findings[i] = compareSmall(kinds[n]!, source[n]!, target[n]!);
  });
}

async function compareOneDeep(page: Page, i: number, kind: ValueKind | undefined): Promise<void> {
  const { source, target } = page;
  page.findings[i] = await compareDeep(
    { source, target, key: page.keys[i]!, bytes: largerBytes(page, i) },
    kind,
  );
}

async function readOnBoth(
  page: Page,
  batch: readonly number[],
  commandOf: (n: number) => ReturnType<typeof keyCommand>,
): Promise<[Reply[], Reply[]]> {
  const request = new PageRequest();
  batch.forEach((i, n) => request.add(commandOf(n), page.keys[i]!));
  return Promise.all([page.source.read(request), page.target.read(request)]);
}

function largerBytes(page: Page, i: number): number {
  return Math.max(page.atSource.bytes[i]!, page.atTarget.bytes[i]!);
}
