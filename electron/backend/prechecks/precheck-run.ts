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

/** What a precheck looks at, in texts that are equal when it is. */
export interface PrecheckSubject {
  /** All settings that it depends on. */
  readonly fingerprint: string;
  /** Which data is read, where it goes, and what it may replace there. */
  readonly dataAtStake: string;
}

/** The precheck of one target of a draft: its last results, and the run that brings new ones. */
export class PrecheckRun {
  readonly draftId: string;
  readonly targetId: string;
  /** The settings with which the results were found. */
  fingerprint: string | undefined;
  private dataAtStake: string | undefined;
  results: readonly CheckResult[] = [];
  private readonly onChange: (state: PrecheckState) => void;
  private checking: readonly CheckId[] = [];
  private ignored: readonly IgnoredWarning[] = [];
  private fault: Fault | null = null;
  private job: { cancel(): void } | undefined;
  /** Checks that a run was to do and has not done: it goes on, or broke off. */
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

  /** Runs all checks, or those named and those that the run before has left, cut short by this one or by a fault. */
  start(
    startEngine: StartEngine,
    spec: TaskSpec,
    { fingerprint, dataAtStake }: PrecheckSubject,
    only: readonly CheckId[] | undefined,
  ): void {
    const left = this.outstanding;
    this.cancel();
    if (dataAtStake !== this.dataAtStake) this.ignored = [];
    this.dataAtStake = dataAtStake;
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

  /**
   * The settings are others now. A warning that is found again as it was stays ignored, unless other `data` is at stake
   * than that for which it was.
   */
  drop(dataAtStake: string): void {
    this.cancel();
    this.results = [];
    this.fault = null;
    if (dataAtStake !== this.dataAtStake) this.ignored = [];
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
    if (!fault) this.outstanding = [];
    this.fault = fault;
    this.changed();
  }

  private changed(): void {
    this.onChange(this.state);
  }
}
