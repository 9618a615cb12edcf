import type { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { Arena } from '../arena/arena.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { OwnKeys } from '../checkpoint/find-own-keys.ts';
import type { FlushedKeys } from '../claim/flushed-keys.ts';
import type { CommandTable } from '../commands/command-table.ts';
import type { DatabaseChoice } from '../commands/database-choice.ts';
import type { LeftOutLibraries } from '../commands/left-out-libraries.ts';
import type { TargetAbilities } from '../control/target-abilities.ts';
import type { Lateness } from '../expiry/late-expiry.ts';
import type { DateGap } from '../expiry/stream-clock.ts';
import type { SourceFeed } from '../intake/source-feed.ts';
import type { Pace } from '../pacing/pace.ts';
import type { KeptGuard } from '../pipeline/kept-guard.ts';
import type { RepairPlan } from '../repair/repair-plan.ts';
import type { SlotSet } from '../router/slot-set.ts';
import type { EvictionWatch } from '../watch/eviction-watch.ts';
import type { Clock } from '../world/clock.ts';
import type { Judgement } from '../writer/batch-judge.ts';
import type { BatchEvents, BatchWriter, Damage } from '../writer/batch-writer.ts';

/** What one run of the stream goes by, and whom it tells. */
export interface StreamRunOptions {
  readonly time: Clock;
  readonly task: string;
  readonly feed: SourceFeed;
  readonly databases: DatabaseChoice;
  /** See Checkpoint.slots. */
  readonly slots: SlotSet | undefined;
  readonly table: CommandTable;
  readonly abilities: TargetAbilities;
  /** See TargetAbilities.version; of the source. */
  readonly sourceVersion: number;
  /** See RewrittenCommandsOptions. */
  readonly scriptTexts: ReadonlyMap<string, Buffer>;
  /** How late expiry is written. */
  readonly lateness: Lateness;
  readonly targetNowMs: () => number;
  readonly flushAllowed: boolean;
  /** See LibraryCommandsOptions. */
  readonly flushConsented: boolean;
  /** See LargeCommandsOptions. */
  readonly payloadsFit: boolean;
  readonly leftOut: LeftOutLibraries | undefined;
  /** See LibraryCommandsOptions. */
  readonly bringsLibraries: boolean;
  readonly arena: Arena;
  readonly guard: KeptGuard | undefined;
  readonly pace: Pace;
  /** See ExecWriterOptions. */
  readonly judgement: Judgement;
  /** What writes batches over the line, from the checkpoint on. */
  readonly makeWriter: (events: BatchEvents) => BatchWriter;
  readonly evictions: EvictionWatch;
  /** Commands before this offset go out one by one: see CrashWatch. */
  readonly singlyUntil: number;
  /** Keys that are to be brought to the source's state on the way. */
  readonly repair: RepairPlan | undefined;
  /** Of a part: the keys of its slots in these databases of the target. */
  readonly flushedKeys: (databases: readonly number[] | 'all') => AsyncGenerator<FlushedKeys>;
  /** The tool's own keys in these databases of the target. */
  readonly findOwnKeys: (databases: readonly number[] | 'all') => Promise<OwnKeys>;
  /** What of the stream nothing dates was looked at for this one, before the run began. */
  readonly datedGap: DateGap | undefined;
  /** All of the target has it. */
  readonly onCommitted: (checkpoint: Checkpoint) => void;
  /** The node of a cluster with this index is gone. @returns whether the others are to go on without it */
  readonly onAway: (node: number, error: LockstepError) => boolean;
  /** What follows holds times to live of which nothing tells from when on: it is to be looked at as `datedGap` was. */
  readonly onUndated: () => void;
  /** Whether the stream is to be begun anew, once it stands still, for what it can't bring by itself … */
  readonly beginsAnew: (readOffset: number) => boolean;
  /** … and it does. */
  readonly onStill: () => void;
  readonly onError: (error: LockstepError, damage: Damage) => void;
}
