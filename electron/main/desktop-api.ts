import type { AppEvent, AppInfo, Notice, RequestName, RequestResult } from '../../shared/contract/api.ts';
import type { Api, ValidParams } from '../backend/api.ts';

type Listener = (event: AppEvent) => void;

/** One more replaces the oldest. */
const MOST_NOTICES = 10;

/**
 * The backend as the window sees it: requests wait until it is there, and this host's own notices and menu events
 * come with its own.
 */
export class DesktopApi implements Api {
  readonly #backend: Promise<Api>;
  /** Of pages alone: what leads the window waits for the first of them. */
  readonly #listeners = new Set<Listener>();
  #backendNotices: readonly Notice[] = [];
  #ownNotices: readonly Notice[] = [];
  #noticeCount = 0;
  /** Where the window is to go, when no page listens yet. */
  #waiting: AppEvent | undefined;

  constructor(backend: Promise<Api>) {
    this.#backend = this.#follow(backend);
    // Told by whoever waits for it.
    this.#backend.catch(() => undefined);
  }

  async request<N extends RequestName>(name: N, params: ValidParams<N>): Promise<RequestResult<N>> {
    const backend = await this.#backend;
    if (name === 'app.dismissNotice' && this.#dismiss((params as ValidParams<'app.dismissNotice'>).id))
      return {} as RequestResult<N>;
    const result = await backend.request(name, params);
    if (name !== 'app.info') return result;
    const info = result as AppInfo;
    this.#backendNotices = info.notices;
    return { ...info, notices: this.#notices() } as RequestResult<N>;
  }

  onEvent(listener: Listener): () => void {
    this.#listeners.add(listener);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) queueMicrotask(() => listener(waiting));
    return () => void this.#listeners.delete(listener);
  }

  /** Leads the window to a page, as soon as there is one. */
  lead(event: AppEvent & { type: 'navigate' | 'show-task' }): void {
    if (this.#listeners.size === 0) this.#waiting = event;
    else this.#emit(event);
  }

  /** Tells something about this host. */
  tell(severity: Notice['severity'], title: string, text: string): void {
    this.#noticeCount += 1;
    const notice = { id: `desktop-${this.#noticeCount}`, severity, title, text };
    this.#ownNotices = [...this.#ownNotices, notice].slice(-MOST_NOTICES);
    this.#emit({ type: 'notices', notices: this.#notices() });
  }

  async #follow(pending: Promise<Api>): Promise<Api> {
    const backend = await pending;
    backend.onEvent((event) => {
      if (event.type !== 'notices') return this.#emit(event);
      this.#backendNotices = event.notices;
      this.#emit({ type: 'notices', notices: this.#notices() });
    });
    return backend;
  }

  #notices(): Notice[] {
    return [...this.#backendNotices, ...this.#ownNotices];
  }

  #dismiss(id: string): boolean {
    const kept = this.#ownNotices.filter((notice) => notice.id !== id);
    if (kept.length === this.#ownNotices.length) return false;
    this.#ownNotices = kept;
    this.#emit({ type: 'notices', notices: this.#notices() });
    return true;
  }

  #emit(event: AppEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
