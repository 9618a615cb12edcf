import type { ErrorCode } from '../../../shared/errors/catalogue.ts';
import type { Phase } from '../../../shared/model/metrics.ts';
import type { SettingChange } from '../../../shared/model/setting-change.ts';
import type { SentinelAddress } from '../../../shared/model/sentinel-group.ts';
import type { TaskQuestion } from '../../../shared/model/task-question.ts';

/** What a warning is about, when that is a fault. */
export interface FaultNote {
  readonly code: ErrorCode;
  /** When the attempts end; undefined while they do not. */
  readonly giveUpAtMs?: number | undefined;
}

/** What a session tells while it runs. */
export interface TaskEvents {
  phase(phase: Phase): void;
  info(text: string): void;
  warning(text: string, fault?: FaultNote): void;
  /** Sentinels have named the server of a side, the first one or another than before. */
  located(side: 'source' | 'target', at: SentinelAddress): void;
  /** A setting of the target was changed by the task, this time or by an earlier run, and is to be set back at its end; null: none is. */
  changed(change: Omit<SettingChange, 'atMs'> | null): void;
  /** The task waits for an answer; undefined when it does no longer. */
  question(question: TaskQuestion | undefined): void;
}
