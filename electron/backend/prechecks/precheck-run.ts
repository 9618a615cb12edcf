import type { PrecheckState } from '../../../shared/contract/api.ts';
import type { EngineEvent } from '../../../shared/contract/engine-messages.ts';
import { CHECK_IDS } from '../../../shared/model/checks.ts';
import type { CheckId, CheckResult } from '../../../shared/model/precheck.ts';
import type { IgnoredWarning } from '../../../shared/model/profile.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import type { Fault } from '../../../shared/model/task-view.ts';
import type { StartEngine } from '../engine-process.ts';
import { runEngineJob } from '../jobs/engine-job.ts';
import { faultOf } from '../jobs/fault-of.ts';
import { allPassed, isIgnored } from './precheck-passed.ts';

const TIMEOUT_MS = 5 * 60_000;

/** The precheck of one target of a draft: its last results, and the run that brings new ones. */
export class PrecheckRun {
  readonly draftId: string;
  readonly targetId: string;
  /** The settings with which the results were found. */
  fingerprint: string | undefined;
  results: readonly CheckResult[] = [];
  private readonly onChange: (state: PrecheckState) => void;
  private checking: readonly CheckId[] = [];
  private ignored: readonly IgnoredWarning[] = [];
  private fault: Fault | null = null;
  private job: { cancel(): void } | undefined;
  /** Checks of the present run that have not answered. */
  private outstanding: readonly CheckId[] = [];

  constructor(draftId: string, targetId: string, onChange: (state: PrecheckState) => void) {
    this.draftId = draftId;
    this.targetId = targetId;
    this.onChange = onChange;
  }

  get state(): PrecheckState {
    const { draftId, targetId, results, ignored, fault, checking } = this;
    const running = this.job !== undefined;
    return {
      draftId,
      targetId,
      running,
      checking: [...checking],
      results: [...results],
      ignored: [...ignored],
      fault,
      passed: !running && fault === null && allPassed(results, ignored),
    };
  }

  /** Runs all checks, or those named and those that a run which is cut short by this one has left. */
  start(
    startEngine: StartEngine,
    spec: TaskSpec,
    fingerprint: string,
    only: readonly CheckId[] | undefined,
  ): void {
    const left = this.job ? this.outstanding : [];
    this.cancel();
    this.fingerprint = fingerprint;
    this.fault = null;
    this.outstanding = only ? CHECK_IDS.filter((id) => only.includes(id) || left.includes(id)) : CHECK_IDS;
    if (!only) this.results = [];
    const job = runEngineJob({
      startEngine,
      command: { type: 'precheck', spec, ...(only ? { only: [...this.outstanding] } : {}) },
      ending: 'prechecked',
      timeoutMs: TIMEOUT_MS,
      onEvent: (event) => this.receive(event),
    });
    this.job = job;
    job.done.then(
      () => this.ended(null),
      (error: unknown) => this.ended(faultOf(error)),
    );
    this.changed();
  }

  ignore({ id, found }: CheckResult, ignored: boolean): void {
    const others = this.ignored.filter(({ check }) => check !== id);
    this.ignored = ignored ? [...others, { check: id, found, atMs: Date.now() }] : others;
    this.changed();
  }

  /** The settings are others now. A warning that is found again as it was stays ignored. */
  drop(): void {
    this.cancel();
    this.results = [];
    this.fault = null;
    this.fingerprint = undefined;
    this.changed();
  }

  cancel(): void {
    this.job?.cancel();
    this.job = undefined;
    this.checking = [];
    this.outstanding = [];
  }

  private receive(event: EngineEvent): void {
    if (event.type === 'checking') this.checking = [...this.checking, event.id];
    else if (event.type === 'check') this.take(event.result);
    else return;
    this.changed();
  }

  private take(result: CheckResult): void {
    const others = this.results.filter(({ id }) => id !== result.id);
    this.results = [...others, result].sort((a, b) => CHECK_IDS.indexOf(a.id) - CHECK_IDS.indexOf(b.id));
    this.checking = this.checking.filter((id) => id !== result.id);
    this.outstanding = this.outstanding.filter((id) => id !== result.id);
    if (!isIgnored(result, this.ignored))
      this.ignored = this.ignored.filter(({ check }) => check !== result.id);
  }

  private ended(fault: Fault | null): void {
    this.job = undefined;
    this.checking = [];
    this.outstanding = [];
    this.fault = fault;
    this.changed();
  }

  private changed(): void {
    this.onChange(this.state);
  }
}
