import path from 'node:path';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { formatDuration } from '../../../shared/format/numbers.ts';
import type { TaskProfile } from '../../../shared/model/profile.ts';
import { addressOf } from '../../../shared/model/server-address.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import type { TaskView } from '../../../shared/model/task-view.ts';
import type { ValidParams } from '../api.ts';
import type { Emit } from '../app-events.ts';
import { EventFile } from '../events/event-file.ts';
import { EventLog } from '../events/event-log.ts';
import { HistoryFile } from '../history/history-file.ts';
import type { KeyRepairs } from '../keys/key-repairs.ts';
import type { Notices } from '../notices/notices.ts';
import { freshId } from '../ids.ts';
import { makeOwnerOnlyFolder } from '../owner-only.ts';
import { GroupEngines } from '../groups/group-engines.ts';
import type { BackendPorts } from '../ports.ts';
import { openableEndpoint } from '../secrets/open-endpoint.ts';
import { withChanges, type SecretVault } from '../secrets/secret-vault.ts';
import type { SettingsStore } from '../settings/settings.ts';
import type { StoredDocument } from '../stores/stored-document.ts';
import { Sleep } from './sleep.ts';
import { MOST_TASKS, openTasksDocument, type StoredTask } from './stored-task.ts';
import { Task } from './task.ts';
import { TaskAlerts } from './task-alerts.ts';
import { planEdit } from './task-edit.ts';
import { missingSecretsOf, taskSpecOf } from './task-spec-of.ts';

/** An engine that has not ended by then when the application closes is killed; its checkpoint stands on the target. */
const CLOSE_LIMIT_MS = 15_000;

export interface TasksOptions {
  readonly ports: BackendPorts;
  readonly notices: Notices;
  readonly emit: Emit;
  readonly vault: SecretVault;
  readonly settings: SettingsStore;
  readonly repairs: KeyRepairs;
  /** Nobody is to be told anything now. */
  readonly isQuiet: () => boolean;
}

/** A task that is added, with what was heard of its runs elsewhere. */
type NewTask = TaskProfile & Partial<Pick<StoredTask, 'startedAtMs' | 'targetStanding' | 'moved'>>;

/** All tasks, stored and running. */
export class Tasks {
  private readonly options: TasksOptions;
  private readonly document: StoredDocument<readonly StoredTask[]>;
  private readonly tasks = new Map<string, Task>();
  private readonly eventsDir: string;
  private readonly historyDir: string;
  private readonly groups: GroupEngines;
  private readonly sleep = new Sleep();
  /** False when some of the stored tasks could not be read. */
  readonly whole: boolean;

  constructor(options: TasksOptions) {
    this.options = options;
    this.groups = new GroupEngines(options.ports.startEngine);
    this.eventsDir = path.join(options.ports.dataDir, 'events');
    this.historyDir = path.join(options.ports.dataDir, 'history');
    for (const dir of [this.eventsDir, this.historyDir]) {
      try {
        makeOwnerOnlyFolder(dir);
      } catch {
        // Told by the first file that cannot be written.
      }
    }
    this.document = openTasksDocument(options.ports.openStore, options.notices);
    this.whole = this.document.whole;
    for (const stored of this.document.content) this.tasks.set(stored.id, this.taskOf(stored));
  }

  list(): TaskView[] {
    return [...this.tasks.values()].map((task) => task.view());
  }

  active(): TaskView[] {
    return [...this.tasks.values()].filter(({ active }) => active).map((task) => task.view());
  }

  /** Those of one group, oldest first. */
  inGroup(id: string): Task[] {
    return [...this.tasks.values()].filter(({ profile }) => profile.group?.id === id);
  }

  has(id: string): boolean {
    return this.tasks.has(id);
  }

  /** @throws LockstepError NOT_FOUND */
  get(id: string): Task {
    const task = this.tasks.get(id);
    if (!task) throw new LockstepError('NOT_FOUND', `task ${id}`);
    return task;
  }

  /** How many more there may be. */
  get room(): number {
    return Math.max(0, MOST_TASKS - this.tasks.size);
  }

  /** Stores new tasks, all or none. Their secrets are stored already. @throws LockstepError TASK_STATE, STORE_UNWRITABLE */
  add(profiles: readonly NewTask[]): Task[] {
    if (profiles.length > this.room)
      throw new LockstepError('TASK_STATE', `there is room for ${MOST_TASKS} tasks: delete one first`);
    const stored = profiles.map((profile) => ({
      ...{ startedAtMs: null, targetStanding: 'exact' as const, moved: false },
      ...profile,
      ...{ failure: null, completed: false, endedAtMs: null },
    }));
    this.document.save([...this.document.content, ...stored]);
    return stored.map((one) => {
      const task = this.taskOf(one);
      this.tasks.set(one.id, task);
      this.emitTask(task);
      return task;
    });
  }

  /** @throws LockstepError NOT_FOUND, TASK_STATE, STORE_UNWRITABLE */
  remove(id: string): void {
    const task = this.get(id);
    if (task.active) throw new LockstepError('TASK_STATE', 'it runs: stop it first');
    this.document.save(this.document.content.filter((stored) => stored.id !== id));
    this.tasks.delete(id);
    this.options.emit({ type: 'task-removed', id });
    task.log.remove();
    task.history.remove();
    // The task is gone: secrets that cannot be removed now are at the next start.
    unlessUnwritable(() => this.options.vault.forget([id]));
  }

  /** @throws RequestError REQUEST_INVALID; LockstepError NOT_FOUND, TASK_STATE, STORE_UNWRITABLE */
  edit({ id, changes, secrets }: ValidParams<'task.edit'>): TaskView {
    const task = this.get(id);
    const plan = planEdit(task.profile, task.currentState, changes, secrets);
    const { vault } = this.options;
    const after = { ...task.profile, ...plan.changes };
    const takeBack = vault.change(
      plan.secrets.map((one) => ({ owner: id, server: after[one.endpoint], ...one })),
    );
    try {
      task.edit(plan);
    } catch (error) {
      // Or the server that it still has would be sent the password of another.
      unlessUnwritable(takeBack);
      throw error;
    }
    return task.view();
  }

  /** What an engine would be told after an edit. @throws RequestError REQUEST_INVALID; LockstepError NOT_FOUND, SECRET_NEEDED, TASK_STATE */
  specAfter({ id, copyAgain, changes = {}, secrets = {} }: ValidParams<'task.outlook'>): TaskSpec {
    const { ports, vault } = this.options;
    const task = this.get(id);
    const plan = planEdit(task.profile, task.currentState, changes, secrets);
    const get: SecretVault['get'] = (owner, side, server) =>
      withChanges(vault.get(owner, side, server), secrets[side] ?? {});
    const spec = taskSpecOf({ ...task.profile, ...plan.changes }, { get }, ports.defaultSpoolDir);
    return { ...spec, copyAgain: copyAgain ? freshId() : task.copyRequested };
  }

  /** Those that ran when the application ended go on, or are offered to. Those between sandbox servers are gone with them. */
  restore(): void {
    for (const { id } of this.document.content.filter(({ sandbox }) => sandbox))
      unlessUnwritable(() => this.remove(id));
    if (!this.options.settings.current.resumeOnStart) return;
    for (const task of this.tasks.values()) {
      if (task.profile.wanted !== 'running' || task.view().missingSecrets.length > 0) continue;
      this.tryToStart(task);
    }
  }

  sleeps(): void {
    this.sleep.begins(Date.now());
    for (const task of this.working())
      task.log.add('info', 'This computer goes to sleep: the task stands still until it wakes');
  }

  wakes(): void {
    const forMs = this.sleep.ends(Date.now());
    if (forMs === undefined) return;
    for (const task of this.working())
      task.log.add(
        'info',
        `This computer has slept for ${formatDuration(forMs)}: links that broke are made anew`,
      );
  }

  private working(): Task[] {
    return [...this.tasks.values()].filter(({ active }) => active);
  }

  /** Ends all engines, within 15 s. */
  async close(): Promise<void> {
    const tasks = [...this.tasks.values()];
    const kill = setTimeout(() => {
      for (const task of tasks) task.kill();
    }, CLOSE_LIMIT_MS);
    await Promise.all(tasks.map((task) => task.close()));
    clearTimeout(kill);
    for (const task of tasks) task.history.flush();
  }

  /** What keeps one from starting is no reason to leave the others. */
  private tryToStart(task: Task): void {
    try {
      task.start('Resumed with the application');
    } catch (error) {
      if (!(error instanceof LockstepError)) throw error;
      task.log.add('warning', `Not resumed: ${error.message}`, error.code);
    }
  }

  private taskOf(stored: StoredTask): Task {
    const { ports, vault, settings, emit, notices } = this.options;
    const { id } = stored;
    const task: Task = new Task({
      stored,
      hasSlept: () => this.sleep.explains(Date.now()),
      repairs: this.options.repairs,
      startEngine: ports.startEngine,
      startRun: () => {
        const { group, target } = task.profile;
        return group ? this.groups.join(group.id, addressOf(target)) : ports.startEngine();
      },
      log: new EventLog({
        file: new EventFile(this.eventsDir, id),
        onEvent: (event) => {
          emit({ type: 'task-event', taskId: id, event });
          task.history.logged(event);
        },
        onUnwritable: (reason) =>
          notices.add(
            'warning',
            'Events cannot be stored',
            `They are kept until the application ends: ${reason}`,
          ),
      }),
      historyFile: new HistoryFile({
        ...{ dir: this.historyDir, taskId: id },
        onFault: (title, text) => notices.add('warning', title, text),
      }),
      onActivity: () => emit({ type: 'task-activity', taskId: id }),
      alerts: new TaskAlerts(
        () => task.profile.name,
        (message) => {
          if (settings.current.notifications && !this.options.isQuiet() && !this.sleep.explains(Date.now()))
            ports.notify({ ...message, taskId: id });
        },
      ),
      targetOf: (profile) => openableEndpoint(profile.target, vault.get(id, 'target', profile.target)),
      specOf: (profile) => taskSpecOf(profile, vault, ports.defaultSpoolDir),
      missingSecretsOf: (profile) => missingSecretsOf(profile, vault),
      save: (next) =>
        this.document.save(this.document.content.map((one) => (one.id === next.id ? next : one))),
      onChange: () => this.emitTask(task),
      onReport: () => emit({ type: 'task-report', report: task.report() }),
    });
    return task;
  }

  private emitTask(task: Task): void {
    this.options.emit({ type: 'task', task: task.view() });
  }
}

function unlessUnwritable(step: () => void): void {
  try {
    step();
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error;
  }
}
