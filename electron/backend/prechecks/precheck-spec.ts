import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { effectiveMap } from '../../../shared/model/database-map.ts';
import { viewOf } from '../../../shared/model/endpoint-view.ts';
import type { Draft, EndpointForm } from '../../../shared/model/profile.ts';
import { addressOf } from '../../../shared/model/server-address.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import { requireComplete, settingsOf } from '../drafts/draft-tasks.ts';
import { openableEndpoint } from '../secrets/open-endpoint.ts';
import type { SecretVault } from '../secrets/secret-vault.ts';
import { engineSettings } from '../tasks/task-spec-of.ts';

/** One target of a draft as an engine checks it. @throws RequestError REQUEST_INVALID; LockstepError SECRET_NEEDED */
export function precheckSpecOf(
  draft: Draft,
  targetId: string,
  vault: SecretVault,
  defaultSpoolDir: string,
): TaskSpec {
  const index = draft.targets.findIndex(({ id }) => id === targetId);
  // What the other targets' forms lack does not matter here, nor does a name.
  requireComplete(
    draft,
    (path) => path === 'name' || (path.startsWith('targets.') && !path.startsWith(`targets.${index}.`)),
  );
  const target = targetOf(draft, targetId);
  return {
    task: `precheck-${draft.id}`,
    source: openableEndpoint(
      viewOf(draft.source, 'source'),
      vault.get(draft.id, draft.source.id, draft.source),
    ),
    target: openableEndpoint(viewOf(target, 'target'), vault.get(draft.id, targetId, target)),
    ...engineSettings(settingsOf({ ...draft, name: '' }), defaultSpoolDir),
  };
}

/** All of a draft that the checks of one target depend on. */
export function fingerprintOf(draft: Draft, targetId: string): string {
  const { source, databases, existing, onFlush, functions, importMode, fullOnly } = draft;
  const databaseMap = effectiveMap(draft);
  const { readFrom, maxCommandsPerSecond, maxBytesPerSecond, spoolMaxBytes, spoolDir } = draft;
  const target = targetOf(draft, targetId);
  return JSON.stringify([
    ...[source, target, databases, databaseMap, existing, onFlush, functions, importMode, fullOnly],
    ...[readFrom, maxCommandsPerSecond, maxBytesPerSecond, spoolMaxBytes, spoolDir],
  ]);
}

/** What somebody has agreed to who ignored a warning: another server, or other keys, are to be agreed to anew. */
export function dataAtStakeOf(draft: Draft, targetId: string): string {
  const { source, databases, existing, onFlush, functions, importMode, fullOnly } = draft;
  const databaseMap = effectiveMap(draft);
  const addresses = [source, targetOf(draft, targetId)].map((server) => [
    ...[addressOf(server), server.addressMap],
  ]);
  const choices = [databases, databaseMap, existing, onFlush, functions, importMode, fullOnly];
  return JSON.stringify([...addresses, ...choices]);
}

/** @throws LockstepError NOT_FOUND */
function targetOf(draft: Draft, targetId: string): EndpointForm {
  const target = draft.targets.find(({ id }) => id === targetId);
  if (!target) throw new LockstepError('NOT_FOUND', `target ${targetId} of the set-up`);
  return target;
}
