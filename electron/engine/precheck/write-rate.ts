import type { ServerView } from './server-view.ts';

/** How long the source's offset is watched. */
const WATCH_MS = 1_000;

export interface WriteRate {
  /** What a replica would receive, in bytes/s. */
  readonly bytesPerSecond: number;
  /** The offset moves only while replicas are there; else all that clients send, reads too, bounds it from above. */
  readonly from: 'offset' | 'input';
}

/** Measures for a second how fast the source's stream grows. */
export async function measureWriteRate(source: ServerView): Promise<WriteRate> {
  const before = await source.info();
  if (before.get('repl_backlog_active') !== '1') {
    // As it was before the checks began to send commands of their own.
    return { bytesPerSecond: Number(before.get('instantaneous_input_kbps') ?? 0) * 1024, from: 'input' };
  }
  const from = await offsetNow(source);
  const beganMs = performance.now();
  await new Promise((resolve) => setTimeout(resolve, WATCH_MS));
  const to = await offsetNow(source);
  const seconds = (performance.now() - beganMs) / 1000;
  return { bytesPerSecond: Math.max(0, to - from) / seconds, from: 'offset' };
}

async function offsetNow(source: ServerView): Promise<number> {
  return Number((await source.infoNow('replication')).get('master_repl_offset') ?? 0);
}
