import { draftProblems } from '../../../shared/model/draft-problems.ts';
import { effectiveMap } from '../../../shared/model/database-map.ts';
import { viewOf } from '../../../shared/model/endpoint-view.ts';
import {
  LONGEST_NAME,
  profileSchema,
  taskSettingsSchema,
  type Draft,
  type EndpointForm,
  type Group,
  type TaskProfile,
  type TaskSettings,
} from '../../../shared/model/profile.ts';
import { addressOf } from '../../../shared/model/server-address.ts';
import { freshId } from '../ids.ts';
import { requireFitting } from '../require-fitting.ts';

/** @throws RequestError REQUEST_INVALID with the fields that do not fit; `except` leaves fields out of that look */
export function requireComplete(draft: Draft, except: (path: string) => boolean = () => false): void {
  requireFitting(draftProblems(draft).filter(({ path }) => !except(path)));
}

/** What the tasks of a complete draft are to do. */
export const settingsOf = (draft: Draft): TaskSettings =>
  taskSettingsSchema.parse({ ...draft, databaseMap: effectiveMap(draft) });

/** The group of a draft's tasks: the one that they join, or one of their own where they are several. */
export const groupOf = (draft: Draft): Group | null =>
  draft.joins ?? (draft.targets.length > 1 ? { id: freshId(), name: draft.name.trim() } : null);

/** One target of a complete draft as a task that has not been started. */
export function profileOf(draft: Draft, target: EndpointForm, group: Group | null): TaskProfile {
  return profileSchema.parse({
    ...settingsOf(draft),
    id: freshId(),
    name: nameOf(draft, target, group),
    source: viewOf(draft.source, 'source'),
    target: viewOf(target, 'target'),
    ignoredWarnings: [],
    createdAtMs: Date.now(),
    wanted: 'stopped',
    sandbox: false,
    group,
  });
}

/** Tasks of one group are told apart by where they lead. */
function nameOf(draft: Draft, target: EndpointForm, group: Group | null): string {
  const name = draft.name.trim();
  if (!group) return name;
  const suffix = ` (${addressOf(target)})`.slice(0, LONGEST_NAME - 1);
  return `${name.slice(0, LONGEST_NAME - suffix.length)}${suffix}`;
}
