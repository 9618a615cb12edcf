import type { CheckedKey } from '../../../shared/model/comparison.ts';
import type { NamedKeyText } from '../../../shared/model/key-repair.ts';
import type { StartEngine } from '../engine-process.ts';
import { runEngineJob } from '../jobs/engine-job.ts';
import type { ServerPair } from './server-pair.ts';

const TIMEOUT_MS = 10 * 60_000;

/** What these keys are now. @throws LockstepError what the engine met, or ENGINE_DIED */
export async function checkKeys(
  servers: ServerPair,
  keys: readonly NamedKeyText[],
  startEngine: StartEngine,
): Promise<readonly CheckedKey[]> {
  const job = runEngineJob({
    startEngine,
    command: { type: 'check-keys', ...servers, keys: [...keys] },
    ending: 'checked',
    timeoutMs: TIMEOUT_MS,
  });
  return (await job.done).keys;
}
