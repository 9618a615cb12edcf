import type { RehearsalQuestion } from '../../../shared/rehearsal/rehearsal-state.ts';

/** What one rehearsal asks its user, one question at a time. */
export class OpenQuestion {
  private readonly onChange: (question: RehearsalQuestion | null) => void;
  private readonly ended: AbortSignal;
  private open:
    { readonly question: RehearsalQuestion; readonly settle: (agreed: boolean) => void } | undefined;

  /** `ended`: nobody is asked any more. */
  constructor(ended: AbortSignal, onChange: (question: RehearsalQuestion | null) => void) {
    this.ended = ended;
    this.onChange = onChange;
  }

  /** Resolves with the answer, however long that takes; false once nobody is asked any more, or the question is withdrawn. */
  ask(question: RehearsalQuestion, withdrawn?: AbortSignal): Promise<boolean> {
    const over = withdrawn ? AbortSignal.any([this.ended, withdrawn]) : this.ended;
    return new Promise((resolve) => {
      const settle = (agreed: boolean): void => {
        over.removeEventListener('abort', refuse);
        if (this.open?.settle === settle) {
          this.open = undefined;
          this.onChange(null);
        }
        resolve(agreed);
      };
      const refuse = (): void => settle(false);
      if (over.aborted) return resolve(false);
      over.addEventListener('abort', refuse);
      this.open = { question, settle };
      this.onChange(question);
    });
  }

  /** Nothing where something else is asked by now: what was agreed to is what was shown. @returns whether it was taken */
  answer(question: RehearsalQuestion, agreed: boolean): boolean {
    if (!this.open || JSON.stringify(this.open.question) !== JSON.stringify(question)) return false;
    this.open.settle(agreed);
    return true;
  }
}
