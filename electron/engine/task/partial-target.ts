import type { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { describeEndpoint } from '../../../shared/model/endpoint.ts';
import type { LaneStanding } from '../metrics/lane-meter.ts';
import type { StreamStage } from '../stream/stream-stage.ts';
import { AwayNodes } from '../target/away-nodes.ts';
import type { TargetSideOptions } from './target-side-options.ts';
import type { TargetWork } from './target-work.ts';

/** A target that is a cluster while nodes of it are away, and the stream is applied to the others. */
export class PartialTarget {
  private readonly side: TargetSideOptions;
  private readonly work: TargetWork;
  private readonly streamStage: StreamStage;
  readonly away: AwayNodes;

  constructor(side: TargetSideOptions, work: TargetWork, streamStage: StreamStage) {
    const { world, spec, events, pace, servers } = side;
    this.side = side;
    this.work = work;
    this.streamStage = streamStage;
    this.away = new AwayNodes({
      clock: world.clock,
      retryForMs: spec.retryForMs,
      events,
      paused: () => pace.paused,
      heldUpBy: () => streamStage.heldUpBy,
      look: (away) => servers.cluster!.wholeness(away),
      onWhole: () => this.wholeAgain(),
      onExhausted: (error) => work.fatal(error),
    });
  }

  /** A node of it is away, and the others go on. */
  get partial(): boolean {
    return this.work.stage === 'streaming' && this.streamStage.partial;
  }

  /** How far each node of a cluster is, or was when the stream was last written to it. */
  get lanes(): readonly LaneStanding[] {
    const heldUpBy = this.streamStage.heldUpBy ?? '';
    return this.streamStage.lanes.map((lane) => {
      const away = this.away.at(lane.at);
      return away ? { ...lane, away: { ...away, heldUpBy } } : lane;
    });
  }

  /** @returns whether the other nodes are to go on without it */
  nodeAway(node: number, error: LockstepError): boolean {
    const { side, work } = this;
    const primary = side.servers.cluster?.primaries[node];
    if (work.stage !== 'streaming' || !primary) return false;
    this.away.add(describeEndpoint(primary.endpoint), error);
    // Not before the writer knows it.
    side.world.clock.setTimeout(() => this.partial && side.onAway(), 0);
    return true;
  }

  /** What the nodes have missed that were away is applied there; where all of them are by now, is looked at first. */
  private wholeAgain(): void {
    this.away.back();
    if (!this.work.move('mend')) return;
    this.side.servers.forgetTarget();
    this.work.beginStreamAnew();
  }
}
