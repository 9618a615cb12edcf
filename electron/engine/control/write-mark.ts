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
const UNKNOWN = '?';

/** undefined where the server does not tell. Source: Redis server.c: genRedisInfoString, section commandstats. */
export async function readWriteMark(redis: Redis): Promise<WriteMark | undefined> {
  const commands = await readServerCommands(redis);
  const info = await readInfo(redis, 'server', 'replication', 'commandstats');
  const [runId, replid] = [info.get('run_id'), info.get('master_replid') ?? '-'];
  let told = false;
  let writes = 0;
  const names = new Set(commands.filter(({ write }) => write).map(({ name }) => name.toLowerCase()));
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

/** As it is kept in a checkpoint, when `own` more writes of ours will follow it. */
export const noteOf = (mark: WriteMark | undefined, own: number): string =>
  mark ? `${mark.history} ${mark.writes + own}` : UNKNOWN;

/** The same note when so many more writes of ours have come since. */
export function noteWith(note: string, own: number): string {
  const [history, writes] = note.split(' ');
  return writes === undefined ? note : `${history} ${Number(writes) + own}`;
}

export function writesSince(note: string, now: WriteMark | undefined): WritesSince {
  const [history, writes] = note.split(' ');
  if (!now || now.history !== history || Number(writes) > now.writes) return 'unknown';
  return Number(writes) === now.writes ? 'none' : 'some';
}
