import type { TaskQuestion } from '../../../shared/model/task-question.ts';
import type { CopyStage } from '../copy/copy-stage.ts';
import { sameQuestion, wouldRemove } from '../copy/shrink.ts';
import type { StageSignal } from '../target/target-machine.ts';
import type { TargetSideOptions } from './target-side-options.ts';
import type { TargetWork } from './target-work.ts';

/** A copy that would remove much waits for somebody who agrees. */
export class CopyQuestion {
  private readonly side: Pick<TargetSideOptions, 'feed' | 'events' | 'pace'>;
  private readonly work: TargetWork;
  private readonly copyStage: CopyStage;
  private asked: { readonly question: TaskQuestion; readonly allow: StageSignal } | undefined;

  constructor(
    side: Pick<TargetSideOptions, 'feed' | 'events' | 'pace'>,
    work: TargetWork,
    copyStage: CopyStage,
  ) {
    this.side = side;
    this.work = work;
    this.copyStage = copyStage;
  }

  /** Meanwhile the source's stream goes on into the spool, as in a pause. */
  ask(question: TaskQuestion): void {
    const { feed, events } = this.side;
    const allow = this.work.stage === 'sweep' ? 'allow-sweep' : 'allow-replace';
    if (!this.work.move('ask')) return;
    this.asked = { question, allow };
    feed.pause();
    events.phase('asking');
    events.question(question);
  }

  /** To a question as it was asked: nobody agrees to other counts than were shown. Not agreed to, it ends the task. */
  answer(question: TaskQuestion, agreed: boolean): void {
    const { asked, work } = this;
    if (!asked || work.stage !== 'asking' || !sameQuestion(asked.question, question)) return;
    if (!agreed) return work.fatal(wouldRemove(asked.question));
    this.copyStage.agree(asked.question);
    this.drop();
    if (work.move(asked.allow)) work.steps.run();
  }

  /** Nothing is asked any more. */
  drop(): void {
    if (!this.asked) return;
    const { feed, events, pace } = this.side;
    this.asked = undefined;
    events.question(undefined);
    if (!pace.paused) feed.resume();
  }
}
