import type { AppEvent } from '../../shared/contract/api.ts';
import type { HostFrame, PageTransport } from '../../shared/contract/frames.ts';

/** How many frames may wait for a page that does not keep up. One more, and it has to begin anew. */
const MOST_WAITING = 2000;
/** How often a page that did not keep up is looked at again. */
const RETRY_MS = 50;

/**
 * What is on its way to one page, in order. While the page does not keep up, it waits here, and of what only tells
 * the present state, such as the state of a task, the newest replaces the one before.
 */
export class Outbox {
  readonly #page: PageTransport;
  readonly #onOverflow: () => void;
  readonly #waiting = new Map<string | number, HostFrame>();
  #unique = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(page: PageTransport, onOverflow: () => void) {
    this.#page = page;
    this.#onOverflow = onOverflow;
  }

  send(frame: HostFrame): void {
    if (this.#closed) return;
    if (this.#waiting.size === 0 && !this.#page.isCongested()) return this.#page.send(frame);
    const key = (frame.type === 'event' ? stateKey(frame.event) : undefined) ?? this.#unique++;
    // Behind what has happened since, not in the place of the older state.
    this.#waiting.delete(key);
    this.#waiting.set(key, frame);
    if (this.#waiting.size > MOST_WAITING) return this.#onOverflow();
    this.#timer ??= setInterval(() => this.#flush(), RETRY_MS);
  }

  close(): void {
    this.#closed = true;
    this.#waiting.clear();
    clearInterval(this.#timer);
  }

  #flush(): void {
    for (const [key, frame] of this.#waiting) {
      if (this.#page.isCongested()) return;
      this.#waiting.delete(key);
      this.#page.send(frame);
    }
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

/** The same for all events of which only the newest counts; undefined where each one does. */
function stateKey(event: AppEvent): string | undefined {
  switch (event.type) {
    case 'task':
      return `task ${event.task.id}`;
    case 'task-report':
      return `task-report ${event.report.id}`;
    case 'task-activity':
      return `task-activity ${event.taskId}`;
    case 'precheck':
      return `precheck ${event.state.draftId} ${event.state.targetId}`;
    case 'repair':
      return `repair ${event.state.taskId}`;
    case 'comparison':
      return `comparison ${event.state.ownerId}`;
    case 'rehearsal':
      return `rehearsal ${event.state.ownerId}`;
    case 'settings':
    case 'notices':
      return event.type;
    default:
      return undefined;
  }
}
