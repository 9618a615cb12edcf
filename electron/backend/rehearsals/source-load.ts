import type { PairSample } from '../../../shared/model/pair-sample.ts';
import type { SourceLoad } from '../../../shared/rehearsal/report.ts';
import { Readings } from '../../../shared/rehearsal/spread.ts';

type SourceReading = NonNullable<PairSample['source']>;

export type LoadStage = keyof SourceLoad['latencyMs'];

/** What a rehearsal costs its source, of samples each of which belongs to a stage. */
export class LoadReadings {
  private readonly latency = { before: new Readings(), copying: new Readings(), after: new Readings() };
  /** As it was when the rehearsal first looked, which is before it has anything done. */
  private first: SourceReading | undefined;
  private forkMs: number | null = null;
  private bufferBytes: number | null = null;

  add(stage: LoadStage, { source }: PairSample): void {
    if (!source) return;
    this.latency[stage].add(source.latencyMs);
    const { forkMs, replicaBufferBytes } = source;
    this.first ??= source;
    if (forkMs !== null && hasForkedSince(this.first, source))
      this.forkMs = Math.max(this.forkMs ?? 0, forkMs);
    if (stage !== 'before' && replicaBufferBytes !== null)
      this.bufferBytes = Math.max(this.bufferBytes ?? 0, replicaBufferBytes);
  }

  get load(): SourceLoad {
    const { before, copying, after } = this.latency;
    return {
      latencyMs: { before: before.spread(), copying: copying.spread(), after: after.spread() },
      forkMs: this.forkMs,
      replicaBufferBytes: this.bufferBytes,
    };
  }
}

/** Before 6.2 forks are not counted: there one that took as long as the last, to the microsecond, is missed. */
const hasForkedSince = (first: SourceReading, now: SourceReading): boolean =>
  first.forks !== null && now.forks !== null ? now.forks > first.forks : now.forkMs !== first.forkMs;
