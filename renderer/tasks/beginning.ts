import type { Secret } from '../../shared/model/server-secrets.ts';
import type { TaskView } from '../../shared/model/task-view.ts';

/** What of a task opens its servers, and so needs their secrets. */
export type Beginning = 'task.start' | 'task.copyAgain' | 'task.release';

/** A target is handed over without its source. */
export const SIDES_OF: Readonly<Record<Beginning, readonly ('source' | 'target')[]>> = {
  'task.start': ['source', 'target'],
  'task.copyAgain': ['source', 'target'],
  'task.release': ['target'],
};

/** What of a side was refused when the task failed: to try it once more would only fail again, so it can be entered anew. */
export function refusedSecrets(
  { failure, ...servers }: Pick<TaskView, 'failure' | 'source' | 'target'>,
  side: 'source' | 'target',
): Secret[] {
  const { hasPassword, hasSentinelPassword } = servers[side];
  const prefix = side === 'source' ? 'SOURCE_' : 'TARGET_';
  if (hasPassword && failure?.code === `${prefix}AUTH`) return ['password'];
  return hasSentinelPassword && failure?.code === `${prefix}SENTINEL_AUTH` ? ['sentinelPassword'] : [];
}
