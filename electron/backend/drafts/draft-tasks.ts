import { draftProblems } from '../../../shared/model/draft-problems.ts';
import { describeEndpoint } from '../../../shared/model/endpoint.ts';
import {
  endpointViewSchema,
  LONGEST_NAME,
  profileSchema,
  taskSettingsSchema,
  type Draft,
  type EndpointForm,
  type EndpointView,
  type TaskProfile,
  type TaskSettings,
} from '../../../shared/model/profile.ts';
import { freshId } from '../ids.ts';
import { requireFitting } from '../require-fitting.ts';

/** @throws RequestError REQUEST_INVALID with the fields that do not fit; `except` leaves fields out of that look */
export function requireComplete(draft: Draft, except: (path: string) => boolean = () => false): void {
  requireFitting(draftProblems(draft).filter(({ path }) => !except(path)));
}

/** What the tasks of a complete draft are to do. */
export const settingsOf = (draft: Draft): TaskSettings => taskSettingsSchema.parse(draft);

/** A filled-in form as an address, under the id that it has in a task. */
export const endpointOf = (form: EndpointForm, id: string): EndpointView =>
  endpointViewSchema.parse({
    ...form,
    id,
    host: form.host.trim(),
    // A key without a certificate has no use, and a plain connection has no use for either.
    hasKey: form.tls && form.hasKey,
  });

/** One target of a complete draft as a task that has not been started. */
export function profileOf(draft: Draft, target: EndpointForm): TaskProfile {
  return profileSchema.parse({
    ...settingsOf(draft),
    id: freshId(),
    name: nameOf(draft, target),
    source: endpointOf(draft.source, 'source'),
    target: endpointOf(target, 'target'),
    ignoredWarnings: [],
    createdAtMs: Date.now(),
    wanted: 'stopped',
    sandbox: false,
  });
}

/** Several tasks of one draft are told apart by where they lead. */
function nameOf(draft: Draft, target: EndpointForm): string {
  const name = draft.name.trim();
  if (draft.targets.length === 1) return name;
  const address = describeEndpoint(endpointOf(target, 'target'));
  const suffix = ` (${address})`.slice(0, LONGEST_NAME - 1);
  return `${name.slice(0, LONGEST_NAME - suffix.length)}${suffix}`;
}
