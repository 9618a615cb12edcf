import type { Info, ServerView } from './server-view.ts';
import { sleep } from '../world/clock.ts';

/** How long the source is watched. */
const WATCH_MS = 1_000;

export interface WriteRate {
  /** What a replica would receive, in bytes/s. */
  readonly bytesPerSecond: number;
  /** The offset moves only while replicas are there; else all that clients send, reads too, bounds it from above. */
  readonly from: 'offset' | 'input';
}

/** Measures for a second how fast the source's stream grows. Meanwhile nothing of size is to be sent to it. */
export async function measureWriteRate(source: ServerView): Promise<WriteRate> {
  const { clock } = source.world;
  const before = await source.infoNow();
  const beganMs = clock.monotonicMs();
  await sleep(clock, WATCH_MS);
  const after = await source.infoNow();
  const seconds = (clock.monotonicMs() - beganMs) / 1000;
  const grown = (field: string): number =>
    Math.max(0, figure(after, field) - figure(before, field)) / seconds;
  if (before.get('repl_backlog_active') === '1')
    return { bytesPerSecond: grown('master_repl_offset'), from: 'offset' };
  return { bytesPerSecond: grown('total_net_input_bytes'), from: 'input' };
}

const figure = (info: Info, field: string): number => Number(info.get(field) ?? 0);
