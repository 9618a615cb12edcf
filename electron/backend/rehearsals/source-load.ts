import type { PairSample } from '../../../shared/model/pair-sample.ts';
import type { SourceLoad } from '../../../shared/rehearsal/report.ts';
import { Readings } from '../../../shared/rehearsal/spread.ts';

export type LoadStage = keyof SourceLoad['latencyMs'];

/** What a rehearsal costs its source, of samples each of which belongs to a stage. */
export class LoadReadings {
  private readonly latency = { before: new Readings(), copying: new Readings(), after: new Readings() };
  /** Of the last fork before the rehearsal made one. */
  private earlierForkMs: number | null = null;
  private forkMs: number | null = null;
  private bufferBytes: number | null = null;

  add(stage: LoadStage, { source }: PairSample): void {
    if (!source) return;
    this.latency[stage].add(source.latencyMs);
    const { forkMs, replicaBufferBytes } = source;
    if (stage === 'before') this.earlierForkMs = forkMs;
    // A fork of the same length to the microsecond would be missed.
    else if (forkMs !== null && forkMs !== this.earlierForkMs)
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
