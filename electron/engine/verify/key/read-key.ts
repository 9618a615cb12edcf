import type { DatabasePair } from '../../../../shared/model/database-map.ts';
import type { Endpoint } from '../../../../shared/model/endpoint.ts';
import type { KeyPlace, KeyReading, KeyRow } from '../../../../shared/model/key-reading.ts';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { DatabaseChoice } from '../../commands/database-choice.ts';
import type { World } from '../../world/world.ts';
import { withBoth } from '../open-both.ts';
import { ChangedMeanwhile, type Side } from '../side.ts';
import { SlotRoutes } from '../slot-routes.ts';
import { readLateness } from '../target-lateness.ts';
import { sameTtl } from '../ttl.ts';
import { elementKind } from './elements.ts';
import { readHead, type ReadHead } from './head.ts';
import { readRows } from './rows.ts';
import { streamRows } from './stream-rows.ts';

export interface ReadKeyOptions {
  readonly world: World;
  readonly source: Endpoint;
  readonly target: Endpoint;
  /** As the comparison has them; see CompareOptions. */
  readonly databases?: readonly number[] | undefined;
  readonly databaseMap?: readonly DatabasePair[] | undefined;
  /** By its number on the target. */
  readonly db: number;
  readonly key: Buffer;
  /** Elements that are the same on both sides are passed over. */
  readonly differing: boolean;
  /** Where the page before has ended; left out for the first one. */
  readonly place?: KeyPlace | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A key that has become another thing while it was read is read anew so often. */
const MOST_ATTEMPTS = 5;

/**
 * One page of a key's two values, side by side, reading only: at most 200 elements and 512 KB. The reads are not one step, so what is
 * written meanwhile may show as a difference.
 *
 * @throws LockstepError as `compareServers` does; KEY_UNSETTLED where the key becomes other things faster than it can be read
 */
export async function readKey(options: ReadKeyOptions): Promise<KeyReading> {
  const { key, db } = options;
  return withBoth(options, async (source, target) => {
    target.useLateness(await readLateness(target.servers()));
    const there = await Promise.all([
      source.select(DatabaseChoice.of(options).sourceDb(db)),
      target.select(db),
    ]);
    const routes = new SlotRoutes(source, target);
    let found: KeyReading | undefined;
    await routes.each(
      [key],
      true,
      (a, b) => readPair(options, [a, b], there as [boolean, boolean]),
      (reading) => (found = reading),
    );
    if (!found) throw unsettled('its slot does not stand still');
    return found;
  });
}

/** A side without a database of that number has no key in it. */
const absent = (side: Side): ReadHead => ({
  head: { server: side.address, type: 'none', ttlMs: null, bytes: null, encoding: null, length: null },
  ttl: { ttlMs: -2, clockMs: side.clock.now() },
});

async function readPair(
  options: ReadKeyOptions,
  sides: readonly [Side, Side],
  there: readonly [boolean, boolean],
): Promise<KeyReading> {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    try {
      return await readOnce(options, sides, there);
    } catch (error) {
      if (!(error instanceof ChangedMeanwhile)) throw error;
    }
  }
  throw unsettled('it has become another thing each time that it was read');
}

async function readOnce(
  { key, place, differing, signal }: ReadKeyOptions,
  [source, target]: readonly [Side, Side],
  there: readonly [boolean, boolean],
): Promise<KeyReading> {
  const [a, b] = await Promise.all([
    there[0] ? readHead(source, key) : absent(source),
    there[1] ? readHead(target, key) : absent(target),
  ]);
  const types = [a.head.type, b.head.type].filter((type) => type !== 'none');
  const has = { source: a.head.type === 'stream', target: b.head.type === 'stream' };
  const about: KeyRow[] =
    place === undefined && (has.source || has.target) ? await streamRows(source, target, key, has) : [];
  const rows = await readRows({
    ...{ source, target, key, differing, place, signal },
    heads: { source: a.head, target: b.head },
  });
  return {
    source: a.head,
    target: b.head,
    sameExpiry: sameTtl(a.ttl, b.ttl),
    rows: [...about.filter((row) => row.differs || !differing), ...rows.rows],
    looked: rows.looked,
    next: rows.next ?? null,
    readable: types.every((type) => elementKind(type) !== undefined),
    atMs: source.clock.now(),
  };
}

const unsettled = (why: string): LockstepError => new LockstepError('KEY_UNSETTLED', why);
