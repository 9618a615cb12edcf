import type { Checkpoint, StandingNames } from '../checkpoint/checkpoint.ts';
import type { SlotSet } from '../router/slot-set.ts';
import type { ShardSource } from './source-cluster.ts';
import type { Turns } from '../pacing/turns.ts';

/** As whom a part is claimed, and who of all that have claimed parts of the task are no other run. */
export interface Claimant {
  readonly owner: string;
  /** Those of this run, and of the parts that stood on the target when it began. */
  readonly known: ReadonlySet<string>;
}

/** What one run of a part of a task is to bring: all keys of these slots, from the shard of a source cluster that has them. */
export interface TaskPart {
  /** Fixed for a run: where slots have moved, the parts concerned are begun anew. */
  readonly slots: SlotSet;
  /** Function libraries are on every shard; of all parts of a task this one brings them. */
  readonly leads: boolean;
  /** Another part, or an earlier run, has written to the target: what stands there is the task's own. */
  readonly begun: boolean;
  /** What the target held before the task, where this run knows it: it has noted it, or parts that have written there say so. */
  readonly names?: StandingNames | undefined;
  /** Slots that another part vouches for as well: whatever it says, it has none of them. */
  readonly doubted?: SlotSet | undefined;
  /** As this run has left it before it is begun anew: where another run has claimed it since, this one has been passed over. */
  readonly left?: Checkpoint | undefined;
  readonly claimant?: Claimant | undefined;
  /** Of parts that are run together, which have one index on the target: a claim by one of them waits for those of the others. */
  readonly claims?: Turns | undefined;
  /** The same of hand-overs, each of which goes through all keys of the target: a few at a time. */
  readonly handOvers?: Turns | undefined;
}

/** A change of what all parts of a task share on the target. */
export const inTurn = <T>(part: Pick<TaskPart, 'claims'> | undefined, work: () => Promise<T>): Promise<T> =>
  part?.claims ? part.claims.take(work) : work();

/** What a session is given that runs a part beside others. */
export interface PartGround extends TaskPart {
  readonly shard: ShardSource;
  /** It is begun in the middle of a run of the task: faults are waited for, and what stands on the target is handed over however soon it ends. */
  readonly goesOn: boolean;
  /**
   * Resolves once all that begin together have claimed what is theirs, with what was noted in their claims of keys that the target held
   * before, if anything was; rejects where that comes to nothing.
   */
  readonly allClaimed: () => Promise<StandingNames | undefined>;
  /** Each slot of the source is some part's, so that all of it can be in step. */
  readonly settled: () => boolean;
  /** Looks whether slots have moved by now, and begins to act on it. Never rejects. */
  readonly confirm: () => Promise<void>;
}
