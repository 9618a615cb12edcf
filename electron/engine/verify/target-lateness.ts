import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { boundOf, trueTimeMs, type Amounts } from '../../../shared/model/lateness.ts';
import { CHECKPOINT_DB, checkpointKey, parseCheckpoint, type Checkpoint } from '../checkpoint/checkpoint.ts';
import { DatabaseChoice } from '../commands/database-choice.ts';
import type { Side } from './side.ts';

/** By how much expiry is late in a database of a target; undefined where every time is true. */
export type LatenessOf = (db: number) => Amounts | undefined;

/** What the checkpoints on a target say of expiry. Where they cannot be read, every time counts as true. */
export async function readLateness(target: Side): Promise<LatenessOf> {
  const late: { readonly databases: DatabaseChoice; readonly amounts: Amounts }[] = [];
  await target.select(CHECKPOINT_DB);
  for (const key of await checkpointKeys(target)) {
    const checkpoint = await readOne(target, key);
    if (!checkpoint || checkpoint.expiry === 'exact') continue;
    const { amounts } = checkpoint;
    late.push({ databases: DatabaseChoice.parse(checkpoint.databases), amounts });
  }
  return (db) => late.find(({ databases }) => databases.includes(db))?.amounts;
}

async function checkpointKeys(target: Side): Promise<readonly Buffer[]> {
  const found: Buffer[] = [];
  let cursor = '0';
  do {
    const page = await target.call('SCAN', cursor, 'MATCH', checkpointKey('*'), 'COUNT', 10_000);
    if (!Array.isArray(page)) break;
    cursor = String(page[0]);
    found.push(...(page[1] as Buffer[]));
  } while (cursor !== '0');
  return found;
}

async function readOne(target: Side, key: Buffer): Promise<Checkpoint | undefined> {
  try {
    const flat = ((await target.call('HGETALL', key)) as Buffer[]).map(String);
    const hash = Object.fromEntries(flat.flatMap((word, i) => (i % 2 ? [] : [[word, flat[i + 1]!]])));
    return parseCheckpoint(hash);
  } catch (error) {
    if (error instanceof LockstepError && error.code !== 'TASK_MISMATCH') throw error;
    return undefined;
  }
}

/**
 * What truly remains, in ms, of an expiry (Unix ms) that a target answered; negative answers pass. `clockMs` is its clock; 0
 * means that the true time has passed.
 */
export function trueTtlMs(atMs: number, clockMs: number, amounts: Amounts): number {
  return atMs < 0 ? atMs : Math.max(0, trueTimeMs(atMs, amounts) - clockMs);
}

/**
 * The expiry behind a remaining time that was read between two moments of the server's clock: to the millisecond where they are
 * one, else the one in between that bears a mark.
 */
export function expiryBetween(ttlMs: number, beforeMs: number, afterMs: number): number {
  if (ttlMs < 0) return ttlMs;
  for (let clockMs = beforeMs; clockMs <= afterMs; clockMs++)
    if (boundOf(clockMs + ttlMs) !== 'exact') return clockMs + ttlMs;
  return beforeMs + ttlMs;
}
