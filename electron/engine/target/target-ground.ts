import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import type { Arena } from '../arena/arena.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { LeftOutLibraries } from '../commands/left-out-libraries.ts';
import type { DatabaseChoice } from '../commands/database-choice.ts';
import type { CrashWatch } from '../watch/crash-watch.ts';
import type { EvictionWatch } from '../watch/eviction-watch.ts';
import type { Pace } from '../pacing/pace.ts';
import type { Servers } from './servers.ts';
import type { SourceFeed } from '../intake/source-feed.ts';
import type { TargetLine } from './target-line.ts';
import type { TaskEvents } from '../events/task-events.ts';
import type { TaskPart } from '../source/task-part.ts';
import type { World } from '../world/world.ts';

/** What the copy and the stream of one target's side stand on. */
export interface TargetGround {
  readonly world: World;
  readonly spec: TaskSpec;
  readonly arena: Arena;
  readonly databases: DatabaseChoice;
  readonly servers: Servers;
  readonly feed: SourceFeed;
  readonly events: TaskEvents;
  readonly pace: Pace;
  readonly evictions: EvictionWatch;
  /** See LibraryCommandsOptions. */
  readonly leftOut: LeftOutLibraries | undefined;
  readonly line: TargetLine;
  /** What it brings of a source that is a cluster; undefined where it brings all of one server. */
  readonly part?: TaskPart | undefined;
  readonly crashes: CrashWatch;
  /** What this run knows of the checkpoint: undefined until the target has been looked at. */
  readonly own: { checkpoint: Checkpoint | undefined };
}

/** Whether what a step was begun for is still wanted; false from the moment that its ground is taken away. */
export type Still = () => boolean;
