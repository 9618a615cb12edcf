import type { Draft, EndpointForm } from '../../../shared/model/profile.ts';
import { SECRETS } from '../../../shared/model/server-secrets.ts';
import type { ValidParams } from '../api.ts';
import type { Drafts } from '../drafts/drafts.ts';
import type { SecretVault } from '../secrets/secret-vault.ts';
import type { Servers } from './servers.ts';

interface Owners {
  readonly servers: Servers;
  readonly drafts: Drafts;
  readonly vault: SecretVault;
}

/** Puts a saved server in the place of an endpoint of a set-up, with its secrets. @throws LockstepError NOT_FOUND, STORE_UNWRITABLE */
export async function takeServer(
  { id, draftId, endpointId }: ValidParams<'server.take'>,
  { servers, drafts }: Pick<Owners, 'servers' | 'drafts'>,
): Promise<Draft> {
  const server = servers.get(id);
  const draft = drafts.get(draftId);
  const known = servers.secretsOf(server);
  const put = (endpoint: EndpointForm): EndpointForm =>
    endpoint.id === endpointId ? { ...server.endpoint, id: endpointId } : endpoint;
  // What the endpoint had before is not to be sent along.
  const secrets = Object.fromEntries(SECRETS.map((secret) => [secret, known[secret] ?? null]));
  return drafts.save(
    { ...draft, source: put(draft.source), targets: draft.targets.map(put) },
    { [endpointId]: secrets },
  );
}

/** Saves a server as it was filled in, with what is stored of its secrets in a set-up where it comes from one. @throws as Servers.save */
export function saveServer(
  { server, secrets, from }: ValidParams<'server.save'>,
  { servers, vault }: Pick<Owners, 'servers' | 'vault'>,
): ReturnType<Servers['save']> {
  const stored = from ? vault.get(from.draftId, from.endpointId, server.endpoint) : {};
  return servers.save(server, { ...stored, ...secrets });
}
