import { effectiveMap } from '../../../shared/model/database-map.ts';
import { viewOf } from '../../../shared/model/endpoint-view.ts';
import { addressOf } from '../../../shared/model/server-address.ts';
import { requireComplete } from '../drafts/draft-tasks.ts';
import type { Drafts } from '../drafts/drafts.ts';
import { openableEndpoint } from '../secrets/open-endpoint.ts';
import type { SecretVault } from '../secrets/secret-vault.ts';
import type { Tasks } from '../tasks/tasks.ts';
import type { ComparedServers } from './comparisons.ts';

export interface ComparableOwners {
  readonly tasks: Tasks;
  readonly drafts: Drafts;
  readonly vault: SecretVault;
}

/** The two servers of a task, or of a set-up. @throws RequestError REQUEST_INVALID; LockstepError NOT_FOUND, SECRET_NEEDED */
export function comparedServers(id: string, owners: ComparableOwners): ComparedServers {
  return owners.tasks.has(id) ? ofTask(id, owners) : ofDraft(id, owners);
}

function ofTask(id: string, { tasks, vault }: ComparableOwners): ComparedServers {
  const { source, target, databases, databaseMap } = tasks.get(id).profile;
  return {
    command: {
      source: openableEndpoint(source, vault.get(id, 'source', source)),
      target: openableEndpoint(target, vault.get(id, 'target', target)),
      ...{ databases: databases ?? undefined, databaseMap },
    },
    between: { source: addressOf(source), target: addressOf(target) },
  };
}

/** Its first target: a set-up for a comparison has one. */
function ofDraft(id: string, { drafts, vault }: ComparableOwners): ComparedServers {
  const draft = drafts.get(id);
  requireComplete(draft);
  const { source } = draft;
  const target = draft.targets[0]!;
  return {
    command: {
      source: openableEndpoint(viewOf(source, 'source'), vault.get(id, source.id, source)),
      target: openableEndpoint(viewOf(target, 'target'), vault.get(id, target.id, target)),
      ...{ databases: draft.databases ?? undefined, databaseMap: effectiveMap(draft) },
    },
    between: { source: addressOf(source), target: addressOf(target) },
  };
}
