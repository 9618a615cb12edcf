import type { Phase } from '../../../shared/model/metrics.ts';
import type { TaskQuestion } from '../../../shared/model/task-question.ts';
import type { FaultNote, TaskEvents } from './task-events.ts';

export interface PartVoiceOptions {
  readonly number: number;
  readonly events: TaskEvents;
  readonly onPhase: () => void;
  readonly onQuestion: () => void;
}

/** In these nothing of a part is known yet but where it is. */
const NOT_UNDER_WAY: ReadonlySet<Phase> = new Set(['connecting', 'reconnecting', 'paused']);

/** What one part of a task tells: passed on with its name, but for what is one of the whole task. */
export class PartVoice implements TaskEvents {
  private readonly options: PartVoiceOptions;
  private silent = false;
  current: Phase = 'connecting';
  /** It has got past its connections once. */
  underWay = false;
  asked: TaskQuestion | undefined;

  constructor(options: PartVoiceOptions) {
    this.options = options;
  }

  /** What it tells meanwhile, somebody else has told for all parts. */
  silently(run: () => void): void {
    this.silent = true;
    run();
    this.silent = false;
  }

  phase(phase: Phase): void {
    this.current = phase;
    if (!NOT_UNDER_WAY.has(phase)) this.underWay = true;
    this.options.onPhase();
  }

  info(text: string): void {
    if (!this.silent) this.options.events.info(this.named(text));
  }

  warning(text: string, fault?: FaultNote): void {
    if (!this.silent) this.options.events.warning(this.named(text), fault);
  }

  located(side: 'source' | 'target', at: Parameters<TaskEvents['located']>[1]): void {
    // A source of many servers is at none of them.
    if (side === 'target') this.options.events.located(side, at);
  }

  changed(change: Parameters<TaskEvents['changed']>[0]): void {
    this.options.events.changed(change);
  }

  question(question: TaskQuestion | undefined): void {
    this.asked = question;
    this.options.onQuestion();
  }

  private named(text: string): string {
    return `Shard ${this.options.number}: ${text}`;
  }
}
