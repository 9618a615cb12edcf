import { RequestError } from '../../../shared/contract/request-error.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { CHECKS } from '../../../shared/model/checks.ts';
import type { CheckId } from '../../../shared/model/precheck.ts';
import type { Draft, EndpointForm, TaskProfile } from '../../../shared/model/profile.ts';
import { addressOf, sameAddress } from '../../../shared/model/server-address.ts';
import type { ValidParams } from '../api.ts';
import { groupOf, profileOf, requireComplete } from '../drafts/draft-tasks.ts';
import type { Drafts } from '../drafts/drafts.ts';
import { dataAtStakeOf } from '../prechecks/precheck-spec.ts';
import type { Prechecks } from '../prechecks/prechecks.ts';
import type { OwnedChanges, SecretVault } from '../secrets/secret-vault.ts';
import type { Tasks } from './tasks.ts';

interface Creation {
  readonly drafts: Drafts;
  readonly tasks: Tasks;
  readonly vault: SecretVault;
  readonly prechecks: Prechecks;
}

/**
 * Makes one task of each target of a draft, with copies of its secrets, and removes the draft. Several are a group, whose source is
 * read once.
 *
 * @throws RequestError REQUEST_INVALID; LockstepError NOT_FOUND, PRECHECK_OPEN, TASK_STATE, STORE_UNWRITABLE
 */
export async function createTasks(
  { draftId, start, shown }: ValidParams<'task.create'>,
  parts: Creation,
): Promise<string[]> {
  const { drafts, tasks, vault, prechecks } = parts;
  const draft = drafts.get(draftId);
  if (draft.purpose !== 'synchronise')
    throw new LockstepError('NOT_FOUND', `set-up ${draftId} is not for a synchronisation`);
  if (shown) requireShown(draft, shown);
  requireComplete(draft);
  requireSourceOfGroup(draft, tasks);
  if (start) requirePassed(draft, prechecks);
  const group = groupOf(draft);
  const made = draft.targets.map((target) => ({
    target,
    profile: {
      ...profileOf(draft, target, group),
      ignoredWarnings: [...prechecks.state(draftId, target.id).ignored],
    },
  }));
  vault.change(made.flatMap(({ target, profile }) => copiesOf(draft, target, profile, vault)));
  const added = addOrForget(
    made.map(({ profile }) => profile),
    parts,
  );
  for (const task of added) {
    task.log.add('info', 'Created');
    for (const { check, found } of task.profile.ignoredWarnings)
      task.log.add('info', `A warning of the precheck was ignored: ${titleOf(check)} (${found})`);
    // What keeps one target's task from starting is no reason to leave the others.
    if (start)
      startOrTell(
        () => task.start(),
        (fact) => task.log.add('error', `Not started: ${fact}`),
      );
  }
  // The tasks are there: a draft that cannot be removed has been told as a notice.
  await drafts.delete(draftId).catch(ignoreUnwritable);
  return made.map(({ profile }) => profile.id).filter((id) => tasks.has(id));
}

/** Nobody agrees to overwrite what they were shown to be left alone. */
function requireShown(draft: Draft, shown: Draft): void {
  const stakes = ({ targets }: Draft, of: Draft): string[] => targets.map(({ id }) => dataAtStakeOf(of, id));
  const sameTargets = shown.targets.map(({ id }) => id).join() === draft.targets.map(({ id }) => id).join();
  if (sameTargets && stakes(draft, draft).join() === stakes(draft, shown).join()) return;
  throw new RequestError(
    'REQUEST_INVALID',
    'the set-up was changed on another page meanwhile; open it again and look at it before it starts',
  );
}

/** A group has one source, unless that of a task was changed since, and targets that are different from one another. */
function requireSourceOfGroup({ source, targets, joins }: Draft, tasks: Tasks): void {
  if (!joins) return;
  const members = tasks.inGroup(joins.id).map(({ profile }) => profile);
  const [first] = members;
  if (first && !members.some((member) => sameAddress(member.source, source)))
    throw new RequestError(
      'REQUEST_INVALID',
      `the group “${joins.name}” has ${addressOf(first.source)} for its source: for another one, make a set-up of its own`,
    );
  for (const profile of members) {
    const twice = targets.find((target) => sameAddress(profile.target, target));
    if (twice)
      throw new RequestError(
        'REQUEST_INVALID',
        `${addressOf(twice)} is a target of the group “${joins.name}” already`,
      );
  }
}

/** A check that a later version no longer has keeps its id. */
const titleOf = (check: string): string =>
  Object.hasOwn(CHECKS, check) ? CHECKS[check as CheckId].title : check;

function requirePassed(draft: Draft, prechecks: Prechecks): void {
  const open = draft.targets.filter((target) => !prechecks.state(draft.id, target.id).passed);
  if (open.length === 0) return;
  throw new LockstepError('PRECHECK_OPEN', `of ${open.map(addressOf).join(', ')}`);
}

function copiesOf(
  draft: Draft,
  target: EndpointForm,
  { id, ...servers }: TaskProfile,
  vault: SecretVault,
): OwnedChanges[] {
  const copy = (endpoint: 'source' | 'target', form: EndpointForm): OwnedChanges => ({
    ...{ owner: id, endpoint, server: servers[endpoint] },
    changes: vault.get(draft.id, form.id, form),
  });
  return [copy('source', draft.source), copy('target', target)];
}

function addOrForget(profiles: readonly TaskProfile[], { tasks, vault }: Creation): ReturnType<Tasks['add']> {
  try {
    return tasks.add(profiles);
  } catch (error) {
    vault.forget(profiles.map(({ id }) => id));
    throw error;
  }
}

function ignoreUnwritable(error: unknown): void {
  if (!(error instanceof LockstepError)) throw error;
}

function startOrTell(start: () => void, tell: (fact: string) => void): void {
  try {
    start();
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error;
    tell(error.message);
  }
}
