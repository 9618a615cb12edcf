import type { Redis } from 'ioredis';
import { parseInfo } from '../control/info.ts';
import { targetNowMs as serverNowMs } from '../expiry/expiry-walk.ts';
import { Abandoned, NewCopyNeeded, NotPrimary } from './give-up.ts';
import { sleep, type Clock } from '../world/clock.ts';

/** Servers look at their clock at most this much late. */
const SLACK_MS = 50;
/** A source whose clock is behind the target's is waited for no longer than this. */
const LONGEST_WAIT_MS = 10_000;
const LOOK_AGAIN_MS = 250;

/** Where the source stands. */
export interface SourcePosition {
  readonly replid: string;
  readonly offset: number;
}

/**
 * The source's offset at a moment when, by the source's clock, everything has expired that the target had lost by
 * `targetMs` of its own. From there on the source uses none of it without having deleted it first.
 * @throws NewCopyNeeded when the clocks are too far apart
 */
export async function offsetPastLosses(
  clock: Clock,
  source: Redis,
  targetMs: number,
  wanted: () => boolean,
): Promise<SourcePosition> {
  const lostByMs = targetMs + SLACK_MS;
  for (;;) {
    if (!wanted()) throw new Abandoned();
    const sourceMs = await serverNowMs(source);
    if (sourceMs >= lostByMs) return readPosition(await source.info('replication'));
    if (lostByMs - sourceMs > LONGEST_WAIT_MS)
      throw new NewCopyNeeded(
        `the target's clock is ${Math.round((lostByMs - sourceMs) / 1000)} s ahead of the source's`,
      );
    await sleep(clock, Math.min(lostByMs - sourceMs, LOOK_AGAIN_MS));
  }
}

/** From INFO replication. @throws NotPrimary; NewCopyNeeded where it does not tell */
export function readPosition(info: string): SourcePosition {
  const fields = parseInfo(info);
  const replid = fields.get('master_replid');
  const offset = Number(fields.get('master_repl_offset'));
  if (fields.get('role') !== 'master') throw new NotPrimary();
  if (!replid || !Number.isSafeInteger(offset))
    throw new NewCopyNeeded('the source does not tell where its stream stands');
  return { replid, offset };
}
