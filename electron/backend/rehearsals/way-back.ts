import { invertMap } from '../../../shared/model/database-map.ts';
import {
  LONGEST_NAME,
  taskSettingsSchema,
  type Draft,
  type EndpointForm,
} from '../../../shared/model/profile.ts';
import { addressOf } from '../../../shared/model/server-address.ts';
import type { RehearsalOwners } from './rehearsed-pair.ts';

type Owners = Pick<RehearsalOwners, 'drafts' | 'tasks' | 'vault'>;

/**
 * A set-up in the other direction than a task, or than two servers of a set-up: with their secrets, the settings of the task, and nothing that
 * may be replaced. @throws LockstepError NOT_FOUND, STORE_UNWRITABLE
 */
export async function createWayBack(id: string, { drafts, tasks, vault }: Owners): Promise<Draft> {
  const of = tasks.has(id) ? tasks.get(id).profile : drafts.get(id);
  const { source } = of;
  const target: EndpointForm = 'target' in of ? of.target : of.targets[0]!;
  const settings = 'target' in of ? taskSettingsSchema.parse(of) : {};
  const name = `Back: ${addressOf(target)} to ${addressOf(source)}`.slice(0, LONGEST_NAME);
  return drafts.create((empty) => {
    const into = empty.targets[0]!.id;
    vault.change([
      { owner: empty.id, endpoint: 'source', server: target, changes: vault.get(id, target.id, target) },
      { owner: empty.id, endpoint: into, server: source, changes: vault.get(id, source.id, source) },
    ]);
    return {
      ...empty,
      ...settings,
      ...invertMap(of),
      // What was chosen for the other servers is not chosen for these.
      ...{ name, existing: 'fail', fullOnly: false, importMode: 'leave', readFrom: 'primaries' },
      ...{ source: { ...target, id: 'source' }, targets: [{ ...source, id: into }] },
    };
  });
}
