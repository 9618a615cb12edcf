import type { ChainableCommander, Redis } from 'ioredis';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { tellsOfChange } from '../control/cluster-change.ts';
import { eachAtOnce } from '../control/each-at-once.ts';
import { keySlot } from '../router/key-slot.ts';
import { NO_EXPIRY } from '../protocol/rdb/events.ts';
import type { DatabaseChoice } from '../commands/database-choice.ts';
import type { DumpedValue } from '../writer/copy/value-commands.ts';
import { NewCopyNeeded, TooMuch } from './give-up.ts';
import { readPosition, type SourcePosition } from './source-clock.ts';

const PAGE_KEYS = 1000;
/** Slots that are read side by side. */
const SLOTS_AT_ONCE = 16;
/** PEXPIRETIME tells the expiry itself, since 7.0. */
const PEXPIRETIME_VERSION = 70000;

/** Keys per database, by its number on the target, as bytes in latin1 text. */
export type KeySets = ReadonlyMap<number, ReadonlySet<string>>;

export type SourceValue = DumpedValue;

export interface ValuesAtPosition extends SourcePosition {
  readonly values: readonly SourceValue[];
  /** Of what DUMP returned. */
  readonly bytes: number;
}

/**
 * Reads keys from the source, all at one offset: everything before it is in the values, and nothing after it.
 * @throws NewCopyNeeded when they are too large, or the source does not permit it
 */
export async function readValues(
  source: Redis,
  keys: KeySets,
  databases: DatabaseChoice,
  version: number,
  mostBytes: number,
): Promise<ValuesAtPosition> {
  await checkSize(source, keys, databases, mostBytes);
  const read = await readAtOnce(source, keys, databases, version);
  if (read.bytes > mostBytes) throw tooLarge(mostBytes);
  return read;
}

/**
 * The same of keys of a shard of a cluster, where no EXEC may have keys of two slots: those of each slot are read at an offset of their own.
 * @throws LockstepError SOURCE_SLOTS_MOVED where the shard does not have all of them, and what `readValues` throws
 */
export async function readValuesOfShard(
  source: Redis,
  keys: KeySets,
  databases: DatabaseChoice,
  version: number,
  mostBytes: number,
): Promise<readonly ValuesAtPosition[]> {
  await checkSize(source, keys, databases, mostBytes);
  const read: ValuesAtPosition[] = [];
  let bytes = 0;
  await eachAtOnce(bySlot(keys), SLOTS_AT_ONCE, async (ofSlot) => {
    const values = await readAtOnce(source, ofSlot, databases, version);
    bytes += values.bytes;
    if (bytes > mostBytes) throw tooLarge(mostBytes);
    read.push(values);
  });
  return read;
}

function bySlot(keys: KeySets): readonly KeySets[] {
  const slots = new Map<number, Map<number, Set<string>>>();
  for (const [db, names] of keys)
    for (const name of names) {
      const slot = keySlot(Buffer.from(name, 'latin1'));
      const sets = slots.get(slot) ?? new Map<number, Set<string>>();
      slots.set(slot, sets.set(db, (sets.get(db) ?? new Set<string>()).add(name)));
    }
  return [...slots.values()];
}

async function readAtOnce(
  source: Redis,
  keys: KeySets,
  databases: DatabaseChoice,
  version: number,
): Promise<ValuesAtPosition> {
  const reading = source.multi();
  // First, so that the offset lies before what the reading itself does: a key found expired is deleted in the stream.
  reading.info('replication');
  reading.time();
  // One quick pass for the expiries, since they are relative to one TIME before 7.0.
  const exact = version >= PEXPIRETIME_VERSION;
  forEachKey(keys, databases, reading, (key) => reading.call(exact ? 'PEXPIRETIME' : 'PTTL', key));
  forEachKey(keys, databases, reading, (key) => reading.dumpBuffer(key));
  const replies = await results(reading);
  const [info, time] = replies;
  const baseMs = exact ? 0 : milliseconds(time);
  const values: SourceValue[] = [];
  let bytes = 0;
  let expiryAt = 2;
  let dumpAt = 2 + [...keys.values()].reduce((sum, names) => sum + names.size + 1, 0);
  for (const [db, names] of keys) {
    expiryAt += 1;
    dumpAt += 1;
    for (const name of names) {
      const expiry = Number(replies[expiryAt++]);
      const dump = replies[dumpAt++];
      values.push({
        db,
        key: Buffer.from(name, 'latin1'),
        expireAtMs: expiry < 0 ? NO_EXPIRY : baseMs + expiry,
        dump: Buffer.isBuffer(dump) ? dump : undefined,
      });
      if (Buffer.isBuffer(dump)) bytes += dump.length;
    }
  }
  return { ...readPosition(String(info)), values, bytes };
}

/** DUMP of a huge value would hold up the source, so its memory is asked first. */
async function checkSize(
  source: Redis,
  keys: KeySets,
  databases: DatabaseChoice,
  mostBytes: number,
): Promise<void> {
  let bytes = 0;
  for (const [db, names] of keys) {
    const all = [...names];
    for (let from = 0; from < all.length; from += PAGE_KEYS) {
      const page = source.pipeline();
      page.select(databases.sourceDb(db));
      for (const name of all.slice(from, from + PAGE_KEYS))
        page.call('MEMORY', 'USAGE', Buffer.from(name, 'latin1'));
      for (const size of (await results(page)).slice(1)) bytes += Number(size ?? 0);
      if (bytes > mostBytes) throw tooLarge(mostBytes);
    }
  }
}

function forEachKey(
  keys: KeySets,
  databases: DatabaseChoice,
  reading: ChainableCommander,
  read: (key: Buffer) => void,
): void {
  for (const [db, names] of keys) {
    reading.select(databases.sourceDb(db));
    for (const name of names) read(Buffer.from(name, 'latin1'));
  }
}

async function results(commands: ChainableCommander): Promise<unknown[]> {
  const replies = await commands.exec().catch((error: unknown) => {
    throw refusedOr(error);
  });
  return (replies ?? []).map(([error, value]) => {
    if (error) throw refusedOr(error);
    return value;
  });
}

function refusedOr(error: unknown): unknown {
  const message = error instanceof Error ? error.message : '';
  const moved = [message, ...earlierAnswers(error)].find(tellsOfChange);
  if (moved !== undefined)
    return new LockstepError('SOURCE_SLOTS_MOVED', moved.slice(0, 100), { cause: error });
  if (!/^NOPERM|^EXECABORT|^ERR unknown (sub)?command/i.test(message)) return error;
  return new NewCopyNeeded(`the source does not permit what reading them takes (${message.slice(0, 100)})`);
}

/** Why EXEC was refused: the client library keeps what was answered before. */
function earlierAnswers(error: unknown): readonly string[] {
  const earlier: unknown =
    typeof error === 'object' && error !== null && 'previousErrors' in error ? error.previousErrors : [];
  return Array.isArray(earlier)
    ? earlier.map((one: unknown) => (one instanceof Error ? one.message : String(one)))
    : [];
}

function milliseconds(time: unknown): number {
  if (!Array.isArray(time)) throw new Error('TIME was not answered');
  return Number(time[0]) * 1000 + Math.floor(Number(time[1]) / 1000);
}

function tooLarge(mostBytes: number): TooMuch {
  return new TooMuch(
    `what is in use of them on the source takes more than ${Math.round(mostBytes / 1024 / 1024)} MB`,
  );
}
