import type { SandboxKind } from '../../../shared/contract/sandbox-messages.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { Endpoint } from '../../../shared/model/endpoint.ts';
import {
  emptyDraft,
  emptyEndpoint,
  profileSchema,
  type EndpointView,
  type TaskProfile,
} from '../../../shared/model/profile.ts';
import { freshId } from '../ids.ts';
import type { BackendPorts, Sandbox } from '../ports.ts';
import type { SecretVault } from '../secrets/secret-vault.ts';
import type { Tasks } from '../tasks/tasks.ts';

export interface SandboxesOptions {
  readonly startSandbox: BackendPorts['startSandbox'];
  readonly tasks: Tasks;
  readonly vault: SecretVault;
}

/** Servers of our own and a task between them; one such sandbox at a time. */
export class Sandboxes {
  private readonly options: SandboxesOptions;
  private starting: Promise<string> | undefined;
  private current: { readonly taskId: string; readonly sandbox: Sandbox } | undefined;

  constructor(options: SandboxesOptions) {
    this.options = options;
  }

  /** Answers with the sandbox that is there already, started again if need be. @throws LockstepError SANDBOX_UNAVAILABLE */
  start(kind: SandboxKind): Promise<string> {
    this.starting ??= this.open(kind).finally(() => (this.starting = undefined));
    return this.starting;
  }

  /** @throws LockstepError TASK_STATE when the servers of a sandbox task are gone */
  requireServers(task: TaskProfile): void {
    if (task.sandbox && this.current?.taskId !== task.id)
      throw new LockstepError(
        'TASK_STATE',
        'its sandbox servers are gone: delete it and start a new sandbox',
      );
  }

  /** Stops the servers of a task that was deleted. */
  async stopServersOf(taskId: string): Promise<void> {
    if (this.current?.taskId !== taskId) return;
    const { sandbox } = this.current;
    this.current = undefined;
    await sandbox.stop();
  }

  async close(): Promise<void> {
    await this.starting?.catch(() => undefined);
    const { current } = this;
    this.current = undefined;
    // What is left of them ends with this process.
    await current?.sandbox.stop().catch(() => undefined);
  }

  private async open(kind: SandboxKind): Promise<string> {
    const { startSandbox, tasks } = this.options;
    if (this.current) {
      const task = tasks.get(this.current.taskId);
      if (!task.active) task.start();
      return this.current.taskId;
    }
    if (!startSandbox) throw new LockstepError('SANDBOX_UNAVAILABLE', 'redis-server was not found');
    const sandbox = await startSandbox(kind);
    const taskId = freshId();
    this.current = { taskId, sandbox };
    sandbox.onExit(() => this.gone(taskId));
    try {
      this.addTask(taskId, sandbox, kind);
    } catch (error) {
      await this.stopServersOf(taskId);
      throw error;
    }
    return taskId;
  }

  private addTask(taskId: string, { source, target }: Sandbox, kind: SandboxKind): void {
    const { vault, tasks } = this.options;
    const profile = profileOf(taskId, source, target, kind);
    vault.change([
      { owner: taskId, endpoint: 'source', server: profile.source, changes: { password: source.password } },
      { owner: taskId, endpoint: 'target', server: profile.target, changes: { password: target.password } },
    ]);
    const [task] = tasks.add([profile]);
    task!.start(`Started between ${WORDS[kind]}`);
  }

  private gone(taskId: string): void {
    if (this.current?.taskId !== taskId) return;
    this.current = undefined;
    if (!this.options.tasks.has(taskId)) return;
    const task = this.options.tasks.get(taskId);
    if (task.active) task.endAtOnce('The sandbox servers are gone, so the task is stopped');
    else task.log.add('warning', 'The sandbox servers are gone');
  }
}

const WORDS: Readonly<Record<SandboxKind, string>> = {
  servers: 'two sandbox servers',
  cluster: 'a sandbox server and a sandbox cluster',
};

const profileOf = (id: string, source: Endpoint, target: Endpoint, kind: SandboxKind): TaskProfile =>
  profileSchema.parse({
    ...emptyDraft(id, 0),
    name: 'Sandbox',
    // A cluster has no other one.
    ...(kind === 'cluster' && { databases: [0] }),
    source: viewOf(source, 'source'),
    target: viewOf(target, 'target'),
    ignoredWarnings: [],
    createdAtMs: Date.now(),
    wanted: 'stopped',
    sandbox: true,
    group: null,
  });

const viewOf = ({ host, port, user, password, tls }: Endpoint, id: string): EndpointView => ({
  ...emptyEndpoint(id),
  host,
  port,
  user: user ?? '',
  hasPassword: password !== undefined,
  tls,
  verify: false,
});
