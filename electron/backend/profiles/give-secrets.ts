import type { TaskProfile } from '../../../shared/model/profile.ts';
import type { GivenSecrets } from '../ports.ts';
import { hasItsSecrets } from '../secrets/open-endpoint.ts';
import type { OwnedChanges, SecretVault } from '../secrets/secret-vault.ts';

const SIDES = ['source', 'target'] as const;

/**
 * Takes over what the host was given for servers whose secrets are not known, for the addresses that these have now: a changed one asks
 * anew, as for any secret. @throws LockstepError STORE_UNWRITABLE
 */
export function giveSecrets(
  profiles: readonly Pick<TaskProfile, 'id' | 'source' | 'target'>[],
  given: GivenSecrets | undefined,
  vault: SecretVault,
): void {
  if (!given) return;
  vault.change(
    profiles.flatMap(({ id, ...servers }) =>
      SIDES.flatMap((endpoint): OwnedChanges[] => {
        const server = servers[endpoint];
        if (hasItsSecrets(server, vault.get(id, endpoint, server))) return [];
        return [{ owner: id, endpoint, server, changes: given(id, endpoint) }];
      }),
    ),
  );
}
