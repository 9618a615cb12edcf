import type { PrecheckState } from '../../../shared/contract/api.ts';
import type { Client } from '../../../shared/contract/client.ts';
import type { Draft } from '../../../shared/model/profile.ts';
import type { TaskView } from '../../../shared/model/task-view.ts';
import { eventually } from '../../support/eventually.ts';
import type { RedisProcess } from '../../support/redis-server.ts';

const TIMEOUT_MS = 60_000;

export interface WantedTask {
  readonly source: RedisProcess;
  readonly target: RedisProcess;
  readonly sourceUser?: string;
  readonly sourcePassword?: string;
  readonly changes?: Partial<Draft>;
}

/** Takes a task through the set-up without its pages, ignores every warning, and waits until it is in step. @returns its id */
export async function makeTask(client: Client, wanted: WantedTask): Promise<string> {
  const { source, target, sourceUser = '', sourcePassword, changes } = wanted;
  const draft = await client.request('draft.create', {});
  const [first] = draft.targets;
  await client.request('draft.save', {
    draft: {
      ...draft,
      name: 'Orders',
      source: { ...draft.source, host: '127.0.0.1', port: source.port, user: sourceUser },
      targets: [{ ...first!, host: '127.0.0.1', port: target.port }],
      ...changes,
    },
    secrets: sourcePassword === undefined ? {} : { source: { password: sourcePassword } },
  });
  const at = { draftId: draft.id, targetId: first!.id };
  await client.request('precheck.run', at);
  let state: PrecheckState | undefined;
  await eventually(
    'the precheck has ended',
    async () => {
      state = await client.request('precheck.state', at);
      return !state.running;
    },
    TIMEOUT_MS,
  );
  for (const { id: check, status } of state!.results)
    if (status === 'warning')
      state = await client.request('precheck.ignore', { ...at, check, ignored: true });
  if (!state!.passed) throw new Error(`the precheck does not pass: ${JSON.stringify(state)}`);
  const { taskIds } = await client.request('task.create', { draftId: draft.id, start: true });
  await untilInStep(client, taskIds[0]!);
  return taskIds[0]!;
}

/** @throws Error when there is none */
export async function taskOf(client: Client, id: string): Promise<TaskView> {
  const task = (await client.request('task.list', {})).find((candidate) => candidate.id === id);
  if (!task) throw new Error(`there is no task ${id}`);
  return task;
}

export const untilInStep = (client: Client, id: string): Promise<void> =>
  eventually(
    'the task is in step',
    async () => {
      const { state, phase } = await taskOf(client, id);
      return state === 'running' && phase === 'in-step';
    },
    TIMEOUT_MS,
  );
