import type { Redis } from 'ioredis';
import { readInfo } from './info.ts';
import { readServerCommands } from './server-commands.ts';

/**
 * How many writes a server has run, of whichever client. It can be compared as long as the server's process and its history are the
 * same: a restart, a failover or CONFIG RESETSTAT begins another count.
 */
export interface WriteMark {
  /** The server's run id and its replication id. */
  readonly history: string;
  readonly writes: number;
}

/** Whether others have written since a mark was noted. */
export type WritesSince = 'none' | 'some' | 'unknown';

/** What stands for a mark that could not be read. */
export const UNKNOWN = '?';

/** What moves a slot from one node of a cluster to another, and changes no key. */
const MOVES = ['migrate', 'restore-asking'];

/** undefined where the server does not tell. Source: Redis server.c: genRedisInfoString, section commandstats. */
export async function readWriteMark(redis: Redis): Promise<WriteMark | undefined> {
  const commands = await readServerCommands(redis);
  const info = await readInfo(redis, 'server', 'replication', 'commandstats', 'cluster');
  const [runId, replid] = [info.get('run_id'), info.get('master_replid') ?? '-'];
  let told = false;
  let writes = 0;
  const names = new Set(commands.filter(({ write }) => write).map(({ name }) => name.toLowerCase()));
  if (info.get('cluster_enabled') === '1') for (const name of MOVES) names.delete(name);
  for (const [field, value] of info) {
    const name = /^cmdstat_([^|]+)/.exec(field)?.[1];
    const calls = /^calls=(\d+)/.exec(value)?.[1];
    if (name === undefined || calls === undefined) continue;
    told = true;
    if (names.has(name)) writes += Number(calls);
  }
  return told && names.size > 0 && runId !== undefined
    ? { history: `${runId}/${replid}`, writes }
    : undefined;
}

/**
 * As it is kept in a checkpoint, when `own` more writes of ours will follow it: of the server that the checkpoint is on first, then of
 * the other nodes of a cluster.
 */
export function noteOf(marks: readonly (WriteMark | undefined)[], own: number): string {
  const notes = marks.map((mark, i) => mark && `${mark.history} ${mark.writes + (i === 0 ? own : 0)}`);
  return notes.includes(undefined) ? UNKNOWN : notes.join(';');
}

/** The same note when so many more writes of ours have come since, where the checkpoint is. */
export function noteWith(note: string, own: number): string {
  const [first = '', ...others] = note.split(';');
  const [history, writes] = first.split(' ');
  return writes === undefined ? note : [`${history} ${Number(writes) + own}`, ...others].join(';');
}

/** `now` in any order. */
export function writesSince(note: string, now: readonly (WriteMark | undefined)[]): WritesSince {
  const noted = new Map(
    note.split(';').map((one) => {
      const [history = '', writes = ''] = one.split(' ');
      return [history, writes];
    }),
  );
  if (noted.size !== now.length) return 'unknown';
  let some = false;
  for (const mark of now) {
    const writes = Number.parseInt(noted.get(mark?.history ?? '') ?? '', 10);
    if (!mark || !(writes <= mark.writes)) return 'unknown';
    some ||= writes < mark.writes;
  }
  return some ? 'some' : 'none';
}
