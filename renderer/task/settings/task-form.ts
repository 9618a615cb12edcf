import type { TaskChanges } from '../../../shared/contract/api.ts';
import { viewOf } from '../../../shared/model/endpoint-view.ts';
import { emptyDraft, type Draft } from '../../../shared/model/profile.ts';
import type { TaskView } from '../../../shared/model/task-view.ts';
import { sameData } from '../same-data.ts';

/** What of a task can be changed. */
export type EditableTask = Pick<
  TaskView,
  | 'id'
  | 'name'
  | 'source'
  | 'target'
  | 'databases'
  | 'databaseMap'
  | 'existing'
  | 'onFlush'
  | 'functions'
  | 'fullOnly'
  | 'retryForMinutes'
  | 'expirySlackSeconds'
  | 'importMode'
  | 'readFrom'
  | 'maxCommandsPerSecond'
  | 'maxBytesPerSecond'
  | 'spoolMaxBytes'
  | 'spoolDir'
>;

/** A task in the form of a set-up with one target, so that it is edited in the fields in which it was made. */
export const formOfTask = (task: EditableTask): Draft => ({
  ...emptyDraft(task.id, 0),
  name: task.name,
  source: { ...task.source },
  targets: [{ ...task.target }],
  databases: task.databases,
  databaseMap: task.databaseMap,
  existing: task.existing,
  onFlush: task.onFlush,
  functions: task.functions,
  fullOnly: task.fullOnly,
  retryForMinutes: task.retryForMinutes,
  expirySlackSeconds: task.expirySlackSeconds,
  importMode: task.importMode,
  readFrom: task.readFrom,
  maxCommandsPerSecond: task.maxCommandsPerSecond,
  maxBytesPerSecond: task.maxBytesPerSecond,
  spoolMaxBytes: task.spoolMaxBytes,
  spoolDir: task.spoolDir,
});

const PLAIN = [
  'name',
  'onFlush',
  'functions',
  'retryForMinutes',
  'expirySlackSeconds',
  'importMode',
  'readFrom',
  'maxCommandsPerSecond',
  'maxBytesPerSecond',
  'spoolMaxBytes',
  'spoolDir',
] as const satisfies readonly (keyof TaskChanges & keyof Draft)[];

/** What a form that was found to be without a problem changes of the task. */
export function changesOf(task: EditableTask, form: Draft): TaskChanges {
  const trimmed = { ...form, name: form.name.trim() };
  const changes: Record<string, unknown> = {};
  for (const field of PLAIN) {
    if (trimmed[field] !== task[field]) changes[field] = trimmed[field];
  }
  const target = form.targets[0];
  for (const [side, endpoint] of [['source', form.source] as const, ['target', target] as const]) {
    if (!endpoint) continue;
    const next = viewOf(endpoint);
    if (!sameData(next, task[side])) changes[side] = next;
  }
  return changes;
}

/** The field of the form that a parameter of the request stands for: `changes.target.host` is `targets.0.host`. */
export const formPath = (path: string): string =>
  path.replace(/^changes\./, '').replace(/^target(?=\.|$)/, 'targets.0');
