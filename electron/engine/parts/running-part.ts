import type { Outcome } from '../../../shared/contract/engine-messages.ts';
import type { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { asLockstepError } from '../../../shared/errors/plain-reason.ts';
import { describeEndpoint } from '../../../shared/model/endpoint.ts';
import type { Phase } from '../../../shared/model/metrics.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import { partName } from '../checkpoint/task-parts.ts';
import type { SlotSet } from '../router/slot-set.ts';
import type { World } from '../world/world.ts';
import type { PartFigures } from './joint-metrics.ts';
import type { PartEnd } from './joint-outcome.ts';
import type { ShownPart } from './part-rows.ts';
import type { OwnedPart } from '../target/parts-handed-over.ts';
import { isStray } from '../source/source-cluster.ts';
import { PartVoice, type PartVoiceOptions } from '../events/part-voice.ts';
import { SyncSession, type SessionSetting } from '../task/sync-session.ts';
import type { PartGround } from '../source/task-part.ts';

export interface RunningPartOptions {
  readonly world: World;
  /** Of the whole task. */
  readonly spec: TaskSpec;
  /** What its spool may take on disk. */
  readonly spoolMaxBytes: number;
  readonly setting: Pick<SessionSetting, 'limit' | 'memory' | 'logs' | 'makeArena'>;
  readonly ground: PartGround;
  readonly voice: PartVoiceOptions;
  readonly onFailed: (error: LockstepError) => void;
  readonly onEnded: () => void;
}

/** A part of a task while it is run, and how that has ended. */
export class RunningPart implements ShownPart {
  readonly number: number;
  /** What it is called on the target. */
  private readonly task: string;
  readonly ground: PartGround;
  readonly voice: PartVoice;
  readonly session: SyncSession;
  /** Settles, and never rejects, once nothing more of it is done. */
  readonly done: Promise<void>;
  outcome: Outcome | undefined;
  error: LockstepError | undefined;

  constructor(options: RunningPartOptions) {
    const { world, spec, ground, setting, spoolMaxBytes } = options;
    this.number = options.voice.number;
    this.ground = ground;
    this.voice = new PartVoice(options.voice);
    const task = (this.task = partName({ task: spec.task, number: this.number }));
    this.session = new SyncSession(world, { ...spec, task, spoolMaxBytes }, this.voice, {
      ...setting,
      part: ground,
    });
    this.done = this.follow(options);
  }

  private async follow({ onEnded, onFailed }: RunningPartOptions): Promise<void> {
    try {
      this.outcome = await this.session.run();
      onEnded();
    } catch (error) {
      this.error = asLockstepError(error);
      onFailed(this.error);
    }
  }

  /** What it knows of its checkpoint, once it has claimed it. */
  get owned(): OwnedPart | undefined {
    const { checkpoint } = this.session;
    return checkpoint && { task: this.task, checkpoint };
  }

  get ended(): boolean {
    return this.outcome !== undefined || this.error !== undefined;
  }

  /** It has given up its place: its shard was not to be found. */
  get strayed(): boolean {
    return this.error !== undefined && isStray(this.error);
  }

  get phase(): Phase {
    return this.voice.current;
  }

  get underWay(): boolean {
    return this.voice.underWay;
  }

  get goesOn(): boolean {
    return this.ground.goesOn;
  }

  /** What it vouches for: slots that are still to be brought are nobody's. */
  private get slots(): SlotSet {
    return this.session.checkpoint?.slots ?? this.ground.slots;
  }

  get end(): PartEnd | undefined {
    const { number, outcome, slots } = this;
    return outcome && { number, slots, outcome };
  }

  get figures(): PartFigures {
    const { session, voice, slots, number } = this;
    return {
      number,
      slots: String(slots),
      at: describeEndpoint(session.sourceAt),
      ofReplica: session.readsReplica,
      phase: voice.current,
      metrics: session.metrics(voice.current),
      ownKeys: session.ownKeys,
    };
  }
}
