import type { BacklogReach } from '../../../shared/model/backlog-reach.ts';
import type { StreamPosition } from '../intake/stream-position.ts';

/** Longer than this is not told as a time: until then something else will have happened. */
const LONGEST_TOLD_MS = 7 * 24 * 3_600_000;

type Info = ReadonlyMap<string, string>;

const numberOf = (info: Info, field: string): number => Number(info.get(field) ?? Number.NaN);

/**
 * Whether the source still has what follows a position, as far as INFO replication tells; undefined where it does not.
 * Source: Redis replication.c: masterTryPartialResynchronization.
 */
export function reachesBack(info: Info, { replid, offset }: StreamPosition): boolean | undefined {
  const first = numberOf(info, 'repl_backlog_first_byte_offset');
  const held = numberOf(info, 'repl_backlog_histlen');
  if (info.get('repl_backlog_active') === '0') return false;
  if (!info.has('master_replid') || !Number.isSafeInteger(first + held)) return undefined;
  const earlier = info.get('master_replid2') === replid && offset + 1 <= numberOf(info, 'second_repl_offset');
  if (info.get('master_replid') !== replid && !earlier) return false;
  return offset + 1 >= first && offset + 1 <= first + held;
}

/** Whether any node of a shard does, by what each of them tells. */
export const reachedByAny = (told: readonly (boolean | undefined)[]): boolean | undefined =>
  told.includes(true) || (told.includes(false) ? false : undefined);

/** For how long a task that stops now can be resumed: the source's backlog by what the source has written a second. undefined where the source does not tell. */
export function backlogReach(info: Info, bytesPerSecond: number): BacklogReach | undefined {
  const bytes = numberOf(info, 'repl_backlog_size');
  if (!(bytes > 0) || info.get('repl_backlog_active') === '0') return undefined;
  const ms = bytesPerSecond > 0 ? (bytes / bytesPerSecond) * 1000 : Infinity;
  return { bytes, ms: ms > LONGEST_TOLD_MS ? null : ms };
}
