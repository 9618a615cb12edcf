import type { Notice } from '../../../shared/contract/api.ts';
import type { Emit } from '../app-events.ts';
import { freshId } from '../ids.ts';

/** More than these are not shown: the oldest goes. */
const MOST_NOTICES = 20;

/** What the user has to know of the application itself, until it is dismissed or the application ends. */
export class Notices {
  private readonly emit: Emit;
  private notices: readonly Notice[] = [];

  constructor(emit: Emit) {
    this.emit = emit;
  }

  get all(): readonly Notice[] {
    return this.notices;
  }

  /** The same words twice are one notice. */
  add(severity: Notice['severity'], title: string, text: string): void {
    if (this.notices.some((notice) => notice.title === title && notice.text === text)) return;
    this.change([...this.notices, { id: freshId(), severity, title, text }].slice(-MOST_NOTICES));
  }

  dismiss(id: string): void {
    this.change(this.notices.filter((notice) => notice.id !== id));
  }

  private change(notices: readonly Notice[]): void {
    this.notices = notices;
    this.emit({ type: 'notices', notices: [...notices] });
  }
}
