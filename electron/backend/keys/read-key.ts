import type { KeyQuestion, KeyReading } from '../../../shared/model/key-reading.ts';
import type { StartEngine } from '../engine-process.ts';
import { runEngineJob } from '../jobs/engine-job.ts';
import type { ServerPair } from './server-pair.ts';

const TIMEOUT_MS = 60_000;

/** One page of a key's two values, passed on as it comes. @throws LockstepError what the engine met, or ENGINE_DIED */
export async function readKey(
  servers: ServerPair,
  question: KeyQuestion,
  startEngine: StartEngine,
): Promise<KeyReading> {
  const job = runEngineJob({
    startEngine,
    command: { type: 'read-key', ...servers, ...question },
    ending: 'key',
    timeoutMs: TIMEOUT_MS,
  });
  return (await job.done).reading;
}
