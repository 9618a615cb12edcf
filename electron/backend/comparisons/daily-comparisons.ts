import type { ComparisonState } from '../../../shared/contract/api.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { describeVerdict } from '../../../shared/format/verdict-words.ts';
import {
  clockOfDay,
  duesSince,
  lastDueMs,
  type DailyComparison,
} from '../../../shared/model/daily-comparison.ts';
import type { Task } from '../tasks/task.ts';
import type { Tasks } from '../tasks/tasks.ts';
import type { Comparisons } from './comparisons.ts';

const LOOK_EVERY_MS = 20_000;
/** What is noticed later, since the machine slept or Lockstep was closed, is not made up for. */
const GRACE_MS = 5 * 60_000;

export interface DailyComparisonsOptions {
  readonly tasks: Pick<Tasks, 'list' | 'get' | 'has'>;
  readonly comparisons: Pick<Comparisons, 'start' | 'state'>;
  readonly now?: () => number;
}

/** Has tasks compared at their times, while Lockstep runs. What has come of it stands in the events of the task. */
export class DailyComparisons {
  private readonly options: DailyComparisonsOptions;
  private readonly now: () => number;
  private readonly timer: NodeJS.Timeout;
  /** Those that were begun here and are under way, by task: when they began. */
  private readonly underWay = new Map<string, number>();

  constructor(options: DailyComparisonsOptions) {
    this.options = options;
    this.now = options.now ?? Date.now;
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS);
    this.timer.unref();
  }

  /** From now on, or never any more where it is null. @throws LockstepError NOT_FOUND, STORE_UNWRITABLE */
  set(taskId: string, daily: DailyComparison | null): void {
    this.options.tasks.get(taskId).compareDaily(daily ?? undefined, this.now());
  }

  /** Begins what is due, and says what was missed. */
  look(): void {
    for (const { id } of this.options.tasks.list()) {
      const task = this.options.tasks.get(id);
      const { dailyComparison: daily, dailySeenMs } = task.profile;
      if (daily) this.lookAt(task, daily, dailySeenMs ?? this.now());
    }
  }

  /** A comparison has ended, or begun. */
  changed(state: ComparisonState): void {
    const { ownerId, status, startedAtMs, report, fault } = state;
    if (status === 'running' || this.underWay.get(ownerId) !== startedAtMs) return;
    this.underWay.delete(ownerId);
    if (!this.options.tasks.has(ownerId)) return;
    const { log } = this.options.tasks.get(ownerId);
    if (status === 'failed')
      log.add('warning', `The daily comparison could not be made: ${fault?.fact ?? ''}`, fault?.code);
    else if (report?.equal) log.add('info', `The daily comparison: ${describeVerdict(report)}`);
    else if (report) log.add('warning', `The daily comparison has found: ${describeVerdict(report)}`);
  }

  close(): void {
    clearInterval(this.timer);
  }

  private lookAt(task: Task, daily: DailyComparison, seenMs: number): void {
    const nowMs = this.now();
    const due = lastDueMs(daily.atMinute, nowMs);
    // The clock was set back: what is to come then has not been seen.
    if (seenMs > nowMs) return task.dailySeen(nowMs);
    if (due <= seenMs) return;
    const onTime = nowMs - due <= GRACE_MS;
    const missed = duesSince(daily.atMinute, seenMs, nowMs) - (onTime ? 1 : 0);
    task.dailySeen(nowMs);
    const at = clockOfDay(daily.atMinute);
    if (missed > 0)
      task.log.add(
        'warning',
        `${missed === 1 ? 'A daily comparison' : `${missed} daily comparisons`} at ${at} did not take place: Lockstep was closed, or the machine slept`,
      );
    if (onTime) this.begin(task, daily, at);
  }

  private begin(task: Task, { level }: DailyComparison, at: string): void {
    const { id } = task.profile;
    const leftOut = (why: string): void =>
      task.log.add('warning', `The daily comparison at ${at} was left out: ${why}`);
    if (!task.active) return leftOut('the task does not run');
    if (this.options.comparisons.state(id).status === 'running')
      return leftOut('another comparison was under way');
    try {
      const { startedAtMs } = this.options.comparisons.start(id, { level });
      if (startedAtMs !== null) this.underWay.set(id, startedAtMs);
    } catch (error) {
      if (!(error instanceof LockstepError)) throw error;
      leftOut(error.message);
    }
  }
}
