import { endpointProblems } from '../../../shared/model/draft-problems.ts';
import type { EndpointView } from '../../../shared/model/profile.ts';
import { SECRET_FLAG, SECRETS } from '../../../shared/model/server-secrets.ts';
import type { ServerSummary } from '../../../shared/model/server-summary.ts';
import type { ValidParams } from '../api.ts';
import type { StartEngine } from '../engine-process.ts';
import { requireFitting } from '../require-fitting.ts';
import { openableEndpoint } from '../secrets/open-endpoint.ts';
import { withChanges, type SecretVault } from '../secrets/secret-vault.ts';
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
  const known = withChanges(kept, secrets);
  const flags = SECRETS.filter((secret) => secrets[secret] !== undefined).map(
    (secret) => [SECRET_FLAG[secret], known[secret] !== undefined] as const,
  );
  const view: EndpointView = { ...endpoint, ...Object.fromEntries(flags) };
  // A whole address in the field for the host would be asked of a name server, with its password.
  requireFitting(endpointProblems(view, side, 'endpoint'));
  const opened = openableEndpoint(view, known);
  const command = { type: 'inspect', side, endpoint: opened } as const;
  const job = runEngineJob({ startEngine, command, ending: 'summary', timeoutMs: TIMEOUT_MS });
  return (await job.done).summary;
}
