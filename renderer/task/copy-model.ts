import type { Metrics } from '../../shared/model/metrics.ts';

/** A bar of the full copy. */
export interface CopyBar {
  readonly done: number;
  /** null where nobody knows how much there is. */
  readonly total: number | null;
  /** 0 to 1; null with the total. Less than 1 as long as the copy lasts, however the estimate was. */
  readonly share: number | null;
}

export interface CopyProgress {
  readonly bytes: CopyBar;
  readonly keys: CopyBar;
  readonly receivedBytes: number;
  readonly bytesPerSecond: number;
  readonly remainingMs: number | null;
}

/** The last percent is never shown before it is true. */
const MOST_SHARE = 0.999;

const bar = (done: number, total: number | undefined): CopyBar => ({
  done,
  total: total === undefined || total <= 0 ? null : Math.max(total, done),
  share: total === undefined || total <= 0 ? null : Math.min(done / total, MOST_SHARE),
});

/** How far the full copy is. */
export function copyProgress({ copy, applied }: Pick<Metrics, 'copy' | 'applied'>): CopyProgress {
  return {
    bytes: bar(copy.bytesDone, copy.bytesTotal),
    keys: bar(copy.keysDone, copy.keysExpected),
    receivedBytes: copy.bytesReceived,
    bytesPerSecond: applied.bytesPerSecond,
    remainingMs: copy.remainingMs ?? null,
  };
}

type Timeline = readonly { readonly phase: string; readonly atMs: number }[];

/** How long the last full copy of the timeline took, and when it ended; undefined when there was none that ended. */
export function finishedCopy(
  timeline: Timeline,
): { readonly tookMs: number; readonly endedAtMs: number } | undefined {
  // A copy that went on after a short interruption has more than one entry; another phase than these ends it.
  const within = new Set(['full-copy', 'paused', 'reconnecting']);
  const last = timeline.findLastIndex(({ phase }) => phase === 'full-copy');
  const end = timeline[last + 1];
  if (last < 0 || !end || within.has(end.phase)) return undefined;
  let first = last;
  while (within.has(timeline[first - 1]?.phase ?? '')) first -= 1;
  while (timeline[first]?.phase !== 'full-copy') first += 1;
  const began = timeline[first];
  return began && { tookMs: end.atMs - began.atMs, endedAtMs: end.atMs };
}
