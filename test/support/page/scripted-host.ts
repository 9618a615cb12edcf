import { REQUESTS, type AppEvent, type RequestName } from '../../../shared/contract/api.ts';
import type { ClientFrame, ClientTransport } from '../../../shared/contract/frames.ts';
import { fieldFaults } from '../../../shared/contract/field-faults.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { TaskView } from '../../../shared/model/task-view.ts';
import { appInfo } from './fixtures.ts';
import { liveReport } from './live-report.ts';
import type { Scenario, ScenarioHost } from './scenario.ts';
import { found, standardAnswers } from './standard-answers.ts';

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
  const info = { now: appInfo(scenario.info) };
  let away = false;
  let begun = false;
  const tasks = new Map((scenario.tasks ?? []).map((it) => [it.id, it]));
  const servers = new Map((scenario.servers ?? []).map((it) => [it.id, it]));
  const drafts = new Map((scenario.drafts ?? []).map((it) => [it.id, it]));
  const pages = new Set<{ tell(frame: unknown): void; close(): void }>();

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

  const answers = standardAnswers({
    tasks,
    drafts,
    servers,
    events: scenario.events ?? {},
    info,
    emit,
    changeTask,
  });

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

const told = (error: unknown): object =>
  error instanceof LockstepError
    ? { code: error.code, fact: error.message, ...('fields' in error && { fields: error.fields }) }
    : { code: 'INTERNAL', fact: String(error) };
