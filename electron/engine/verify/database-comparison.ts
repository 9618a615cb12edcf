import type { CompareLevel, CompareProgress, Finding } from '../../../shared/model/comparison.ts';
import type { ContentsTally } from './contents/contents-tally.ts';
import type { KeySample } from './key-sample.ts';
import type { PrefixTree } from './prefix-tree.ts';
import type { SideName } from './side.ts';
import type { SlotRoutes } from './slot-routes.ts';
import type { TargetProgress } from './target-progress.ts';
import type { WalkPace } from './walk-pace.ts';

/** What is to be known to compare one database, and who is told of it. */
export interface DatabaseComparison {
  readonly routes: SlotRoutes;
  readonly db: number;
  /** `names`: whether a key is there is all that counts. */
  readonly level: CompareLevel;
  /** The keys that are looked at; all where it is left out. */
  readonly sample: KeySample | undefined;
  /** From INFO, for the progress. */
  readonly sourceKeys: number;
  readonly targetKeys: number;
  /** Keys of the tool's own were left out. */
  readonly onOwnKeys: (side: SideName, keys: number) => void;
  readonly onDifference: (key: Buffer, slot: number, finding: Finding) => void;
  /** What was found in these slots does not count: they are compared anew. `differing` differences had been told of them. */
  readonly onAnew: (slots: ReadonlySet<number>, differing: number) => void;
  /** Where keys are counted by what their names begin with, if they are, and measured, if it measures. */
  readonly prefixes: PrefixTree | undefined;
  /** What keys of either side are, where that is counted. */
  readonly contents: Readonly<Record<SideName, ContentsTally>> | undefined;
  /** Its number on either side. */
  readonly numbers: Readonly<Record<SideName, number>>;
  /** Of the tasks that write to the target. */
  readonly progress: TargetProgress;
  readonly onProgress: (progress: Omit<CompareProgress, 'differences'>) => void;
  readonly pace: WalkPace;
  readonly signal: AbortSignal | undefined;
}
