import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { viewOf } from '../../../shared/model/endpoint-view.ts';
import type { Draft } from '../../../shared/model/profile.ts';
import { addressOf } from '../../../shared/model/server-address.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import type { RehearsalChoice } from '../../../shared/rehearsal/rehearsal-choice.ts';
import type { RehearsalKind, RehearsalReport, StepId } from '../../../shared/rehearsal/report.ts';
import { requireComplete, settingsOf } from '../drafts/draft-tasks.ts';
import type { Drafts } from '../drafts/drafts.ts';
import { freshId } from '../ids.ts';
import { openableEndpoint } from '../secrets/open-endpoint.ts';
import type { SecretVault } from '../secrets/secret-vault.ts';
import { engineSettings, taskSpecOf } from '../tasks/task-spec-of.ts';
import type { Tasks } from '../tasks/tasks.ts';
import type { RehearsedPair } from './rehearsals.ts';

export interface RehearsalOwners {
  readonly tasks: Tasks;
  readonly drafts: Drafts;
  readonly vault: SecretVault;
  readonly defaultSpoolDir: string;
}

/** A fault that does not heal is a result, and not waited for as long as a task would. Nobody is asked by the engine itself. */
const WATCHED = { retryForMs: 60_000, asks: false, until: 'stopped' } as const;

/** What is rehearsed with: a task of its own for two servers of a set-up, or the task itself, whose run ends first. */
export function rehearsedPair(id: string, { kind }: RehearsalChoice, owners: RehearsalOwners): RehearsedPair {
  return owners.tasks.has(id) ? ofTask(id, kind, owners) : ofDraft(id, kind, owners);
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
  const spec = { ...taskSpecOf(profile, vault, defaultSpoolDir), copyAgain: task.copyRequested, ...WATCHED };
  task.requireLendable();
  let ran = false;
  return {
    spec,
    called: `the task “${profile.name}”`,
    between: { source: addressOf(profile.source), target: addressOf(profile.target) },
    lend: async () => {
      ran = await task.lend();
    },
    giveBack: (report, closing) => {
      if (ran) task.giveBack(!goesOn(report) ? 'stay' : closing ? 'next-start' : 'go-on');
    },
  };
}

/** Whether its next run would go on exactly from where it was: not where the target was given to others, or has become the source. */
export function goesOn(report: RehearsalReport | undefined): boolean {
  if (!report) return true;
  const did = (step: StepId): boolean =>
    report.steps.some(({ id, state }) => id === step && state === 'done');
  if (did('go-on') || did('copy-again')) return true;
  return !did('noticed') && report.steps.every(({ id }) => id !== 'drain');
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
