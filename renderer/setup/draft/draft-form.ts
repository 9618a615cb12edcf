import { addressOf, bySentinels, shortAddressOf } from '../../../shared/model/server-address.ts';
import { get, set, type FieldErrors, type FieldPath, type Resolver } from 'react-hook-form';
import { draftProblems } from '../../../shared/model/draft-problems.ts';
import type { Draft, EndpointForm } from '../../../shared/model/profile.ts';

/** The part of a draft in which an endpoint stands. */
export type EndpointPath = 'source' | `targets.${number}`;

/** The fields that say where an endpoint is. */
export const addressFields = (
  path: EndpointPath,
  { kind }: Pick<EndpointForm, 'kind'>,
): FieldPath<Draft>[] =>
  kind === 'sentinels'
    ? [`${path}.sentinels`, `${path}.primaryName`]
    : [`${path}.host`, `${path}.port`, `${path}.addressMap`];

/** The type of an error at a field whose text says nothing, so that the draft still holds what stood there before. */
export const UNREADABLE = 'unreadable';

/** Shows the problems of the draft at its fields, one each. */
export const draftResolver: Resolver<Draft> = (values) => {
  const errors: FieldErrors<Draft> = {};
  for (const { path, message } of draftProblems(values)) {
    if (get(errors, path) === undefined) set(errors, path, { type: 'draft', message });
  }
  return Object.keys(errors).length === 0 ? { values, errors: {} } : { values: {}, errors };
};

/** The paths of the fields at which a problem of the draft is shown. */
export function shownProblems(errors: FieldErrors<Draft>): FieldPath<Draft>[] {
  const paths: string[] = [];
  const collect = (node: unknown, path: string): void => {
    if (typeof node !== 'object' || node === null) return;
    if ('type' in node && typeof node.type === 'string') {
      if (node.type !== UNREADABLE) paths.push(path);
    } else
      for (const [key, child] of Object.entries(node)) collect(child, path === '' ? key : `${path}.${key}`);
  };
  collect(errors, '');
  // The resolver names a few fields, such as the private key, that the form itself does not hold.
  return paths as FieldPath<Draft>[];
}

/**
 * `10.0.0.5 → 10.0.0.9`, with the ports where the hosts are the same, and `mymaster` for what Sentinels tell of; with several targets
 * `10.0.0.5:6379`, as each task adds its target to the name, and the group how many they are.
 */
export function suggestName({ source, targets }: Draft): string {
  const [target, ...others] = targets;
  if (!target || others.length > 0)
    return (bySentinels(source) ? shortAddressOf : addressOf)(source).slice(0, 100);
  const apart = shortAddressOf(source) !== shortAddressOf(target);
  const [from, to] = [source, target].map(apart ? shortAddressOf : addressOf);
  return `${from} → ${to}`.slice(0, 100);
}
