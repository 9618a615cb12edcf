import type { Redis } from 'ioredis';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { KeptGround } from '../checkpoint/note-kept.ts';
import type { DatabaseChoice } from '../commands/database-choice.ts';
import type { WritesSince } from '../control/write-mark.ts';
import type { StreamPosition } from '../intake/stream-position.ts';
import type { TargetServers } from '../target/handed-over.ts';
import type { TaskEvents } from '../events/task-events.ts';
import type { TaskPart } from '../source/task-part.ts';

export interface ResumePlan {
  /** Go on after this; undefined asks for a new full copy. */
  readonly position: StreamPosition | undefined;
  /** Why a new full copy is needed although the task ran before. */
  readonly reason: string | undefined;
}

export interface PreparedTarget {
  readonly checkpoint: Checkpoint;
  /** The task ran before, or another part of it has. */
  readonly existed: boolean;
  readonly plan: ResumePlan | undefined;
  /** Whether others may have written to the target since the task handed it over. */
  readonly writes: WritesSince;
}

export interface PrepareTargetOptions {
  readonly spec: TaskSpec;
  readonly redis: Redis;
  /** All servers of the target. */
  readonly targets: TargetServers;
  /** Of a target that is a cluster. */
  readonly cluster: KeptGround | undefined;
  readonly databases: DatabaseChoice;
  /** The target is a cluster, and has several. */
  readonly several: boolean;
  /** See TargetGround. */
  readonly part: TaskPart | undefined;
  readonly events: TaskEvents;
  /** See Checkpoint.owner. */
  readonly owner: string;
}
