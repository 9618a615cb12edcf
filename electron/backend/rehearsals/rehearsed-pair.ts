import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { viewOf } from '../../../shared/model/endpoint-view.ts';
import type { Draft } from '../../../shared/model/profile.ts';
import { addressOf } from '../../../shared/model/server-address.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import type { RehearsalChoice } from '../../../shared/rehearsal/rehearsal-choice.ts';
import type { RehearsalKind } from '../../../shared/rehearsal/report.ts';
import { requireComplete, settingsOf } from '../drafts/draft-tasks.ts';
import type { Drafts } from '../drafts/drafts.ts';
import { freshId } from '../ids.ts';
import { openableEndpoint } from '../secrets/open-endpoint.ts';
import type { SecretVault } from '../secrets/secret-vault.ts';
import { engineSettings, taskSpecOf } from '../tasks/task-spec-of.ts';
import type { Tasks } from '../tasks/tasks.ts';
import type { Between } from './pair-reports.ts';
import type { RehearsedPair } from './rehearsals.ts';

export interface RehearsalOwners {
  readonly tasks: Tasks;
  readonly drafts: Drafts;
  readonly vault: SecretVault;
  readonly defaultSpoolDir: string;
}

/** A fault that does not heal is a result, and not waited for as long as a task would. Nobody is asked by the engine itself. */
const WATCHED = { retryForMs: 60_000, asks: false, until: 'stopped' } as const;

/** What is rehearsed with: a task of its own for two servers of a set-up, or the task itself, with the run of it that is under way. */
export function rehearsedPair(id: string, { kind }: RehearsalChoice, owners: RehearsalOwners): RehearsedPair {
  return owners.tasks.has(id) ? ofTask(id, kind, owners) : ofDraft(id, kind, owners);
}

/** The addresses of the two servers, as they are now. @throws LockstepError NOT_FOUND */
export function betweenOf(id: string, { tasks, drafts }: RehearsalOwners): Between {
  const of = tasks.has(id) ? tasks.get(id).profile : drafts.get(id);
  return { source: addressOf(of.source), target: addressOf('target' in of ? of.target : of.targets[0]!) };
}

function ofTask(
  id: string,
  kind: RehearsalKind,
  { tasks, vault, defaultSpoolDir }: RehearsalOwners,
): RehearsedPair {
  const task = tasks.get(id);
  const { profile } = task;
  if (kind === 'copy')
    throw new LockstepError(
      'TASK_STATE',
      'a copy is rehearsed into another target, which is empty: begin it on the first page',
    );
  if (profile.fullOnly)
    throw new LockstepError('TASK_STATE', 'it makes a full copy only, and never follows its source');
  const ran = task.active;
  if (ran && task.currentState !== 'running')
    throw new LockstepError('TASK_STATE', `it is ${task.currentState}: wait until it runs, or stop it`);
  return {
    spec: { ...taskSpecOf(profile, vault, defaultSpoolDir), copyAgain: task.copyRequested, ...WATCHED },
    called: `the task “${profile.name}”`,
    between: { source: addressOf(profile.source), target: addressOf(profile.target) },
    own: {
      get running() {
        return task.active;
      },
      run: (onEvent) => task.lendRun(onEvent, ran),
    },
  };
}

function ofDraft(
  id: string,
  kind: RehearsalKind,
  { tasks, drafts, vault, defaultSpoolDir }: RehearsalOwners,
): RehearsedPair {
  const draft = rehearsedDraft(drafts, id);
  const target = draft.targets[0]!;
  const task = taskNameOf(id, kind);
  if (tasks.has(task))
    throw new LockstepError(
      'TASK_STATE',
      `it was kept as the task “${tasks.get(task).profile.name}”: rehearse from the page of that`,
    );
  return {
    spec: {
      task,
      ...draftEndpoints(draft, vault),
      ...engineSettings(settingsOf(draft), defaultSpoolDir),
      ...WATCHED,
    },
    called: 'the task of this rehearsal',
    between: { source: addressOf(draft.source), target: addressOf(target) },
  };
}

/** A copy has a task of its own each time, so that nothing of an earlier one is gone on with; other kinds go on with theirs. */
const taskNameOf = (draftId: string, kind: RehearsalKind): string =>
  kind === 'copy' ? freshId() : `rehearsal-${draftId}`;

/** A complete one that is for rehearsals. @throws RequestError REQUEST_INVALID; LockstepError NOT_FOUND */
export function rehearsedDraft(drafts: Drafts, id: string): Draft {
  const draft = drafts.get(id);
  if (draft.purpose !== 'rehearse')
    throw new LockstepError('NOT_FOUND', `set-up ${id} is not for rehearsals`);
  requireComplete(draft);
  return draft;
}

/** @throws LockstepError SECRET_NEEDED */
export function draftEndpoints(draft: Draft, vault: SecretVault): Pick<TaskSpec, 'source' | 'target'> {
  const { id, source } = draft;
  const target = draft.targets[0]!;
  return {
    source: openableEndpoint(viewOf(source, 'source'), vault.get(id, source.id, source)),
    target: openableEndpoint(viewOf(target, 'target'), vault.get(id, target.id, target)),
  };
}
