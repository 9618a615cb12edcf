import type { AppEvent, AppInfo, RequestName, RequestResult } from '../../../shared/contract/api.ts';
import { RequestError } from '../../../shared/contract/request-error.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { Api, ValidParams } from '../../../electron/backend/api.ts';

export const FIXTURE_INFO: AppInfo = {
  version: '1.2.3',
  host: 'browser',
  platform: 'linux',
  secrets: 'none',
  defaultSpoolDir: '/var/spool',
  canSandbox: false,
  canPrint: false,
  notices: [],
  settings: {
    theme: 'system',
    resumeOnStart: false,
    notifications: true,
    keepRunning: false,
    startAtLogin: false,
    keepSecretsInFile: false,
  },
};

/** What the fixture does, by the id that `app.dismissNotice` or `draft.delete` is asked with. */
export const FIXTURE = {
  /** Never answers. */
  hangs: 'hangs',
  /** Answers NOT_FOUND. */
  isMissing: 'is-missing',
  /** Throws an Error with a secret in its message. */
  breaks: 'breaks',
  /** Answers REQUEST_INVALID with the field `name`. */
  hasFault: 'has-fault',
  /** The host ends every connection. */
  ends: 'ends',
} as const;

export const FIXTURE_SECRET = 'the-secret-of-the-fixture';
export const MANY_EVENTS = 500;
/** So many requests for `task.history` are answered at once, those of the largest database first. */
export const ASKED_TOGETHER = 3;

/** An application whose behaviour its caller chooses by parameters, so that it can run in another process. */
export class FixtureApi implements Api {
  readonly #listeners = new Set<(event: AppEvent) => void>();
  readonly #waiting: { readonly db: number; readonly resolve: () => void }[] = [];
  /** Set by whoever can end the connections. */
  endConnections: () => unknown = () => undefined;

  get subscribers(): number {
    return this.#listeners.size;
  }

  async request<N extends RequestName>(name: N, params: ValidParams<N>): Promise<RequestResult<N>> {
    // What each name answers is checked by the schema of its result, on both ends.
    return (await this.#answer(name, params as Record<string, unknown>)) as RequestResult<N>;
  }

  onEvent(listener: (event: AppEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  emit(event: AppEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  #together(db: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ db, resolve });
      if (this.#waiting.length < ASKED_TOGETHER) return;
      const all = this.#waiting.splice(0).toSorted((a, b) => b.db - a.db);
      // Once the last one waits as well.
      setImmediate(() => all.forEach((one) => one.resolve()));
    });
  }

  async #answer(name: RequestName, params: Record<string, unknown>): Promise<unknown> {
    switch (name) {
      case 'app.info':
        return { ...FIXTURE_INFO, password: FIXTURE_SECRET };
      case 'settings.change': {
        const settings = { ...FIXTURE_INFO.settings, ...params };
        this.emit({ type: 'settings', settings });
        return settings;
      }
      case 'sandbox.start':
        for (let number = 0; number < MANY_EVENTS; number += 1)
          this.emit({ type: 'task-removed', id: `task-${number}` });
        return { taskId: 'sandbox' };
      case 'draft.list':
        return [{ not: 'a draft' }];
      case 'task.history':
        await this.#together(Number(params['db']));
        return { stepMs: 1000, points: [] };
      case 'app.dismissNotice':
        return dismissNotice(String(params['id']), this.endConnections);
      default:
        throw new LockstepError('NOT_FOUND', `the fixture has no ${name}`);
    }
  }
}

async function dismissNotice(id: string, endConnections: () => unknown): Promise<unknown> {
  if (id === FIXTURE.hangs) return new Promise(() => undefined);
  if (id === FIXTURE.isMissing) throw new LockstepError('NOT_FOUND', 'there is no notice of that id');
  if (id === FIXTURE.breaks) throw new Error(`broken by ${FIXTURE_SECRET}`);
  if (id === FIXTURE.hasFault)
    throw new RequestError('REQUEST_INVALID', 'a name is needed', [{ path: 'name', message: 'is missing' }]);
  if (id === FIXTURE.ends) setImmediate(endConnections);
  return {};
}
