import type { SecretChanges } from '../../../shared/model/profile.ts';

const WORDS = { password: 'PASSWORD', sentinelPassword: 'SENTINEL_PASSWORD' } as const;

/** `LOCKSTEP_TASK_<ID>_SOURCE_PASSWORD`: what a task's secret is called in the environment. */
export const secretVariable = (
  taskId: string,
  side: 'source' | 'target',
  secret: keyof typeof WORDS = 'password',
): string =>
  `LOCKSTEP_TASK_${taskId.toUpperCase().replaceAll('-', '_')}_${side.toUpperCase()}_${WORDS[secret]}`;

/** The secrets of one server of a task that the environment has. */
export function environmentSecrets(
  env: NodeJS.ProcessEnv,
  taskId: string,
  side: 'source' | 'target',
): SecretChanges {
  const password = env[secretVariable(taskId, side)];
  const sentinelPassword = env[secretVariable(taskId, side, 'sentinelPassword')];
  return { ...(password && { password }), ...(sentinelPassword && { sentinelPassword }) };
}
