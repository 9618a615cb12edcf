import {
  REQUESTS,
  type AppEvent,
  type AppInfo,
  type PrecheckState,
  type RequestName,
  type RequestParams,
  type RequestResult,
} from '../../../shared/contract/api.ts';
import type { ClientFrame, ClientTransport } from '../../../shared/contract/frames.ts';
import { fieldFaults } from '../../../shared/contract/field-faults.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { emptyDraft, type Draft } from '../../../shared/model/profile.ts';
import type { TaskView } from '../../../shared/model/task-view.ts';
import { appInfo, task as aTask } from './fixtures.ts';
import { liveReport } from './live-report.ts';
import type { Scenario, ScenarioHost } from './scenario.ts';

type Answers = {
  readonly [N in RequestName]: (params: RequestParams<N>) => RequestResult<N> | Promise<RequestResult<N>>;
};

export interface ScriptedHost extends ScenarioHost {
  /** A new transport to it. */
  open(): ClientTransport;
  close(): void;
}

/**
 * An application in memory, behind the real contract: every frame is validated as a host does it, answers and events
 * travel as JSON.
 */
export function scriptedHost(scenario: Scenario): ScriptedHost {
  let info: AppInfo = appInfo(scenario.info);
  let away = false;
  let begun = false;
  const tasks = new Map((scenario.tasks ?? []).map((it) => [it.id, it]));
  const drafts = new Map((scenario.drafts ?? []).map((it) => [it.id, it]));
  const pages = new Set<{ tell(frame: unknown): void; close(): void }>();
  let made = 0;

  const emit = (event: AppEvent): void => {
    for (const page of pages) page.tell({ type: 'event', event });
  };
  const changeTask = (id: string, change: Partial<TaskView>): TaskView => {
    const changed = { ...found(tasks, id), ...change };
    tasks.set(id, changed);
    emit({ type: 'task', task: changed });
    return changed;
  };
  const host: ScenarioHost = {
    emit,
    changeTask,
    goAway() {
      away = true;
      for (const page of [...pages]) page.close();
    },
    comeBack() {
      away = false;
    },
  };

  const become = (id: string, state: TaskView['state'], phase: TaskView['phase']): TaskView =>
    changeTask(id, {
      state,
      phase,
      sinceMs: Date.now(),
      resumeOffered: false,
      failure: null,
      trouble: null,
    });
  const noPrecheck = (draftId: string, targetId: string): PrecheckState => ({
    draftId,
    targetId,
    running: false,
    checking: [],
    results: [],
    ignored: [],
    fault: null,
    passed: false,
  });
  const noComparison = (taskId: string): RequestResult<'comparison.state'> => ({
    taskId,
    status: 'none',
    startedAtMs: null,
    endedAtMs: null,
    progress: null,
    report: null,
    fault: null,
  });

  const answers: Answers = {
    'app.info': () => info,
    'app.dismissNotice': ({ id }) => {
      info = { ...info, notices: info.notices.filter((notice) => notice.id !== id) };
      emit({ type: 'notices', notices: info.notices });
      return {};
    },
    'settings.change': (change) => {
      info = { ...info, settings: { ...info.settings, ...defined(change) } };
      emit({ type: 'settings', settings: info.settings });
      return info.settings;
    },
    'connection.test': ({ endpoint }) => ({
      product: 'Redis',
      version: '7.2.5',
      role: 'primary',
      replicatesFrom: null,
      cluster: false,
      loading: false,
      usedMemoryBytes: 3_221_225_472,
      maxMemoryBytes: 0,
      modules: [],
      databases: [
        { db: 0, keys: 18_411_204, expires: 2_104_551 },
        { db: 3, keys: 1204, expires: 0 },
      ],
      roundTripMs: endpoint.port % 7,
      uptimeSeconds: 8_640_000,
    }),
    'draft.list': () => [...drafts.values()],
    'draft.create': () => {
      made += 1;
      const draft = emptyDraft(`draft-${made}`, Date.now());
      drafts.set(draft.id, draft);
      return draft;
    },
    'draft.save': ({ draft, secrets }) => {
      const stored = keepSecrets(draft, secrets);
      drafts.set(stored.id, stored);
      return stored;
    },
    'draft.delete': ({ id }) => {
      drafts.delete(id);
      return {};
    },
    'precheck.run': ({ draftId, targetId }) => noPrecheck(draftId, targetId),
    'precheck.state': ({ draftId, targetId }) => noPrecheck(draftId, targetId),
    'precheck.ignore': ({ draftId, targetId }) => noPrecheck(draftId, targetId),
    'task.create': ({ draftId }) => {
      const { name, targets } = found(drafts, draftId);
      const taskIds = targets.map((_, i) => `${draftId}-${i + 1}`);
      for (const id of taskIds) {
        tasks.set(id, aTask(id, { name: name || id }));
        become(id, 'running', 'full-copy');
      }
      drafts.delete(draftId);
      return { taskIds };
    },
    'task.list': () => [...tasks.values()],
    'task.start': ({ id }) => {
      const { missingSecrets, source } = found(tasks, id);
      if (missingSecrets.length > 0)
        throw new LockstepError('SECRET_NEEDED', `the password of ${source.host}`);
      return become(id, 'running', 'in-step');
    },
    'task.pause': ({ id }) => become(id, 'paused', 'paused'),
    'task.resume': ({ id }) => become(id, 'running', 'catching-up'),
    'task.stop': ({ id }) => become(id, 'stopped', 'ended'),
    'task.declineResume': ({ id }) => changeTask(id, { resumeOffered: false }),
    'task.delete': ({ id }) => {
      tasks.delete(id);
      emit({ type: 'task-removed', id });
      return {};
    },
    'task.edit': ({ id, changes, secrets }) =>
      changeTask(id, {
        ...defined(changes),
        ...(Object.keys(secrets).length > 0 && { missingSecrets: [] }),
      }),
    'task.history': () => [],
    'task.events': ({ id, limit, before = Number.POSITIVE_INFINITY }) =>
      (scenario.events?.[id] ?? []).filter(({ number }) => number < before).slice(-limit),
    'comparison.start': ({ id }) => noComparison(id),
    'comparison.cancel': ({ id }) => noComparison(id),
    'comparison.state': ({ id }) => noComparison(id),
    'sandbox.start': async () => {
      await new Promise((resolve) => setTimeout(resolve, 400));
      tasks.set('sandbox', aTask('sandbox', { name: 'Sandbox', sandbox: true }));
      become('sandbox', 'running', 'full-copy');
      return { taskId: 'sandbox' };
    },
  };

  const answer = async (frame: ClientFrame): Promise<unknown> => {
    if (!isName(frame.name)) throw new LockstepError('REQUEST_INVALID', `${frame.name} is not known`);
    const params = REQUESTS[frame.name].params.safeParse(frame.params);
    if (!params.success) {
      const fields = fieldFaults(params.error);
      throw Object.assign(
        new LockstepError('REQUEST_INVALID', fields.map((it) => `${it.path} ${it.message}`).join(', ')),
        { fields },
      );
    }
    return call(frame.name, params.data);
  };
  // The name chooses the function and the schema of its parameters alike, which the types cannot follow.
  const call = (name: RequestName, params: unknown): unknown =>
    (scenario.answers?.[name] ?? answers[name])(params as never, host);

  const open = (): ClientTransport => {
    const listeners = new Set<(frame: unknown) => void>();
    const closers = new Set<() => void>();
    let closed = false;
    const page = {
      tell(frame: unknown) {
        const arrived: unknown = JSON.parse(JSON.stringify(frame));
        queueMicrotask(() => {
          if (!closed) for (const listener of listeners) listener(arrived);
        });
      },
      close() {
        if (closed) return;
        closed = true;
        pages.delete(page);
        for (const closer of closers) closer();
      },
    };
    if (away) setTimeout(page.close);
    else pages.add(page);
    return {
      send(frame) {
        if (closed || away) return;
        answer(frame).then(
          (result) => page.tell({ type: 'result', id: frame.id, result }),
          (error: unknown) => page.tell({ type: 'error', id: frame.id, ...told(error) }),
        );
        if (begun) return;
        begun = true;
        scenario.script?.(host);
      },
      onFrame: (listener) => void listeners.add(listener),
      onClose: (listener) => void closers.add(listener),
      close: page.close,
    };
  };

  let reports: ReturnType<typeof setInterval> | undefined;
  if (scenario.live) {
    reports = setInterval(() => {
      for (const it of tasks.values()) if (it.state === 'running') changeTask(it.id, liveReport(it));
    }, 1000);
  }
  return { open, ...host, close: () => clearInterval(reports) };
}

const isName = (name: string): name is RequestName => Object.hasOwn(REQUESTS, name);

function found<T>(all: ReadonlyMap<string, T>, id: string): T {
  const it = all.get(id);
  if (it === undefined) throw new LockstepError('NOT_FOUND', `there is nothing with the id ${id}`);
  return it;
}

const told = (error: unknown): object =>
  error instanceof LockstepError
    ? { code: error.code, fact: error.message, ...('fields' in error && { fields: error.fields }) }
    : { code: 'INTERNAL', fact: String(error) };

/** Without what is undefined, which would take away what stands there. */
const defined = <T extends object>(change: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  JSON.parse(JSON.stringify(change)) as { [K in keyof T]: Exclude<T[K], undefined> };

/** Passwords stay here: a page gets to know only that there are some. */
function keepSecrets(draft: Draft, secrets: RequestParams<'draft.save'>['secrets']): Draft {
  const kept = <E extends Draft['source']>(endpoint: E): E => {
    const change = secrets[endpoint.id];
    return {
      ...endpoint,
      ...(change?.password !== undefined && { hasPassword: change.password !== null }),
      ...(change?.key !== undefined && { hasKey: change.key !== null }),
    };
  };
  return { ...draft, source: kept(draft.source), targets: draft.targets.map(kept), updatedAtMs: Date.now() };
}
