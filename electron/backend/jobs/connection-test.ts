import { endpointProblems } from '../../../shared/model/draft-problems.ts';
import type { ServerSummary } from '../../../shared/model/server-summary.ts';
import type { ValidParams } from '../api.ts';
import type { StartEngine } from '../engine-process.ts';
import { requireFitting } from '../require-fitting.ts';
import { openableEndpoint } from '../secrets/open-endpoint.ts';
import type { SecretVault } from '../secrets/secret-vault.ts';
import { runEngineJob } from './engine-job.ts';

const TIMEOUT_MS = 40_000;

/**
 * Opens a server and looks at it. A secret that the form does not hold is taken from where it is stored, if it was entered for this address.
 *
 * @throws RequestError REQUEST_INVALID; LockstepError SECRET_NEEDED, or what the engine met
 */
export async function testConnection(
  params: ValidParams<'connection.test'>,
  vault: SecretVault,
  startEngine: StartEngine,
): Promise<ServerSummary> {
  const { side, endpoint, secrets, stored } = params;
  const kept = stored ? vault.get(stored.id, stored.endpointId, endpoint) : {};
  const password = secrets.password === undefined ? kept.password : secrets.password || undefined;
  const key = secrets.key === undefined ? kept.key : secrets.key || undefined;
  const view = {
    ...endpoint,
    hasPassword: secrets.password === undefined ? endpoint.hasPassword : password !== undefined,
    hasKey: secrets.key === undefined ? endpoint.hasKey : key !== undefined,
  };
  // A whole address in the field for the host would be asked of a name server, with its password.
  requireFitting(endpointProblems(view, side, 'endpoint'));
  const opened = openableEndpoint(view, {
    ...(password === undefined ? {} : { password }),
    ...(key === undefined ? {} : { key }),
  });
  const command = { type: 'inspect', side, endpoint: opened } as const;
  const job = runEngineJob({ startEngine, command, ending: 'summary', timeoutMs: TIMEOUT_MS });
  return (await job.done).summary;
}
