import type { PrecheckState } from '../../../shared/contract/api.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { CheckId, CheckResult } from '../../../shared/model/precheck.ts';
import type { Draft } from '../../../shared/model/profile.ts';
import type { Emit } from '../app-events.ts';
import type { Drafts } from '../drafts/drafts.ts';
import type { StartEngine } from '../engine-process.ts';
import type { SecretVault } from '../secrets/secret-vault.ts';
import { PrecheckRun } from './precheck-run.ts';
import { dataAtStakeOf, fingerprintOf, precheckSpecOf } from './precheck-spec.ts';

export interface PrechecksOptions {
  readonly drafts: () => Drafts;
  readonly vault: SecretVault;
  readonly startEngine: StartEngine;
  readonly defaultSpoolDir: string;
  readonly emit: Emit;
}

/** The prechecks of all drafts, one a target. In memory: after a restart of the application they are run again. */
export class Prechecks {
  private readonly options: PrechecksOptions;
  private readonly runs = new Map<string, PrecheckRun>();

  constructor(options: PrechecksOptions) {
    this.options = options;
  }

  /** @throws LockstepError NOT_FOUND */
  state(draftId: string, targetId: string): PrecheckState {
    return this.runOf(draftId, targetId).state;
  }

  /** @throws RequestError REQUEST_INVALID; LockstepError NOT_FOUND, SECRET_NEEDED */
  start(draftId: string, targetId: string, only: readonly CheckId[] | undefined): PrecheckState {
    const { drafts, vault, startEngine, defaultSpoolDir } = this.options;
    const draft = drafts().get(draftId);
    const run = this.runOf(draftId, targetId);
    const spec = precheckSpecOf(draft, targetId, vault, defaultSpoolDir);
    const subject = {
      fingerprint: fingerprintOf(draft, targetId),
      dataAtStake: dataAtStakeOf(draft, targetId),
    };
    run.start(startEngine, spec, subject, only);
    return run.state;
  }

  /** @throws LockstepError NOT_FOUND when there is no such warning */
  ignore(draftId: string, targetId: string, check: CheckId, ignored: boolean): PrecheckState {
    const run = this.runOf(draftId, targetId);
    const warning = run.results.find(
      (result: CheckResult) => result.id === check && result.status === 'warning',
    );
    if (!warning) throw new LockstepError('NOT_FOUND', `the check ${check} has no warning to ignore`);
    run.ignore(warning, ignored);
    return run.state;
  }

  /** Results that were found with other settings are dropped; those of a removed draft or target altogether. */
  draftChanged(draftId: string, draft: Draft | undefined, changedSecrets: readonly string[]): void {
    for (const [id, run] of this.runs) {
      if (run.draftId !== draftId) continue;
      if (!draft?.targets.some((target) => target.id === run.targetId)) {
        run.cancel();
        this.runs.delete(id);
      } else if (
        run.fingerprint !== fingerprintOf(draft, run.targetId) ||
        changedSecrets.includes('source') ||
        changedSecrets.includes(run.targetId)
      ) {
        run.drop(dataAtStakeOf(draft, run.targetId));
      }
    }
  }

  close(): void {
    for (const run of this.runs.values()) run.cancel();
  }

  private runOf(draftId: string, targetId: string): PrecheckRun {
    const draft = this.options.drafts().get(draftId);
    if (!draft.targets.some((target) => target.id === targetId))
      throw new LockstepError('NOT_FOUND', `target ${targetId} of the set-up`);
    const id = `${draftId}/${targetId}`;
    let run = this.runs.get(id);
    if (!run) {
      run = new PrecheckRun(draftId, targetId, (state) => this.options.emit({ type: 'precheck', state }));
      this.runs.set(id, run);
    }
    return run;
  }
}
