import { foundOf } from '../../../shared/servers/found-server.ts';
import type { ServerView } from '../../../shared/servers/saved-server.ts';
import type { StartEngine } from '../engine-process.ts';
import { faultOf } from '../jobs/fault-of.ts';
import { testConnection } from '../jobs/connection-test.ts';
import type { SecretVault } from '../secrets/secret-vault.ts';
import { SERVER_ENDPOINT } from '../../../shared/servers/saved-server.ts';
import type { Servers } from './servers.ts';

interface Looking {
  readonly servers: Servers;
  readonly vault: SecretVault;
  readonly startEngine: StartEngine;
}

/** Opens a saved server and keeps what was found, or why it was not reached. @throws LockstepError NOT_FOUND, SECRET_NEEDED, STORE_UNWRITABLE */
export async function lookAtServer(
  id: string,
  { servers, vault, startEngine }: Looking,
): Promise<ServerView> {
  const server = servers.get(id);
  const stored = { kind: 'server', id, endpointId: SERVER_ENDPOINT } as const;
  const params = { side: 'target', endpoint: server.endpoint, secrets: {}, stored } as const;
  try {
    const summary = await testConnection(params, vault, startEngine);
    const atMs = Date.now();
    servers.looked(server, { atMs, fault: null, found: foundOf(summary, atMs) });
  } catch (error) {
    const { code, fact } = faultOf(error);
    // Nothing was asked of the server.
    if (code === 'SECRET_NEEDED') throw error;
    servers.looked(server, { atMs: Date.now(), fault: { code, fact }, found: null });
  }
  return servers.view(servers.get(id));
}
