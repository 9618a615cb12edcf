import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { describeGiven } from '../../../shared/model/endpoint.ts';
import { LONGEST_NAME } from '../../../shared/model/profile.ts';
import { addressOf } from '../../../shared/model/server-address.ts';
import type { RehearsalReport } from '../../../shared/rehearsal/report.ts';
import { profileOf } from '../drafts/draft-tasks.ts';
import { draftEndpoints, rehearsedDraft, type RehearsalOwners } from './rehearsed-pair.ts';

/**
 * Makes a task, not started, of what a rehearsal of two servers has left on its target, with copies of their secrets: it goes on from where
 * the rehearsal ended. @returns its id; @throws RequestError REQUEST_INVALID; LockstepError NOT_FOUND, TASK_STATE, SECRET_NEEDED,
 * STORE_UNWRITABLE
 */
export function keepAsTask(ownerId: string, report: RehearsalReport, owners: RehearsalOwners): string {
  const { tasks, drafts, vault } = owners;
  const draft = rehearsedDraft(drafts, ownerId);
  if (!canKeep(ownerId, report, owners))
    throw new LockstepError(
      'TASK_STATE',
      'nothing of this run is left on the target that a task could go on with',
    );
  const { source, targets } = draft;
  const target = targets[0]!;
  const name = `${addressOf(source)} to ${addressOf(target)}`.slice(0, LONGEST_NAME);
  const profile = { ...profileOf({ ...draft, name }, target, null), id: report.task };
  vault.change([
    {
      owner: profile.id,
      endpoint: 'source',
      server: profile.source,
      changes: vault.get(draft.id, source.id, source),
    },
    {
      owner: profile.id,
      endpoint: 'target',
      server: profile.target,
      changes: vault.get(draft.id, target.id, target),
    },
  ]);
  try {
    for (const task of tasks.add([profile])) task.log.add('info', 'Made of a rehearsal');
  } catch (error) {
    vault.forget([profile.id]);
    throw error;
  }
  return profile.id;
}

/** Whether the target holds what this run has brought, and a task could go on with it. */
export function canKeep(ownerId: string, report: RehearsalReport, owners: RehearsalOwners): boolean {
  const { tasks, drafts, vault } = owners;
  if (tasks.has(ownerId) || tasks.has(report.task) || report.failure || report.kind === 'cutover')
    return false;
  const done = new Set(report.steps.filter(({ state }) => state === 'done').map(({ id }) => id));
  if (done.has('clean') || (report.kind === 'failover' && !done.has('go-on') && !done.has('copy-again')))
    return false;
  try {
    const { source, target } = draftEndpoints(rehearsedDraft(drafts, ownerId), vault);
    // The servers of the set-up may have become others since.
    return (
      report.source?.address === describeGiven(source) && report.target?.address === describeGiven(target)
    );
  } catch {
    return false;
  }
}
