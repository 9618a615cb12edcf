import { randomUUID } from 'node:crypto';
import type { EngineCommand, EngineEvent } from '../../../shared/contract/engine-messages.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { asLockstepError } from '../../../shared/errors/plain-reason.ts';
import { CHECKS } from '../../../shared/model/checks.ts';
import { describeGiven, type Endpoint } from '../../../shared/model/endpoint.ts';
import type { CheckResult } from '../../../shared/model/precheck.ts';
import type { ServerSummary } from '../../../shared/model/server-summary.ts';
import type { RehearsalKind, RehearsalReport, RehearsedSide } from '../../../shared/rehearsal/report.ts';
import { runEngineJob, type EndingEvent, type EngineJob } from '../jobs/engine-job.ts';
import { Recorder } from './recorder.ts';
import type { RehearsalSetting } from './setting.ts';
import { LoadReadings, type LoadStage } from './source-load.ts';

const LOOK_TIMEOUT_MS = 40_000;
const PRECHECK_TIMEOUT_MS = 5 * 60_000;

/** What a report says that was filled in on the way. */
export type Measured = Omit<
  RehearsalReport,
  | 'form'
  | 'id'
  | 'kind'
  | 'version'
  | 'task'
  | 'goals'
  | 'startedAtMs'
  | 'endedAtMs'
  | 'steps'
  | 'faults'
  | 'load'
>;

const NOTHING: Measured = {
  source: null,
  target: null,
  checks: [],
  copy: null,
  lagSeconds: null,
  comparison: null,
  rpo: null,
  rtoMs: null,
  ownCheck: null,
  gate: null,
  failure: null,
  afterwards: 'The target is as it was.',
};

/** What all kinds of rehearsals have in common: the stopwatch, what is looked at, and the report of it. */
export class Rehearsal {
  readonly setting: RehearsalSetting;
  readonly recorder: Recorder;
  readonly measured: Measured = { ...NOTHING };
  private readonly kind: RehearsalKind;
  private readonly load = new LoadReadings();
  private watch: EngineJob<'watch-ended'> | undefined;
  stage: LoadStage = 'before';

  constructor(kind: RehearsalKind, setting: RehearsalSetting) {
    this.kind = kind;
    this.setting = setting;
    this.recorder = new Recorder(() => Date.now(), setting.onStep);
  }

  /** Runs it to its end, whatever comes; a fault is a part of the report. Never rejects. */
  async run(steps: () => Promise<void>): Promise<RehearsalReport> {
    try {
      await steps();
      this.recorder.end('done');
    } catch (error) {
      this.recorder.end('failed');
      const { code, message } = asLockstepError(error);
      this.measure({ failure: { code, fact: message } });
    } finally {
      this.watch?.cancel();
    }
    const { spec, goals, version } = this.setting;
    return {
      form: 1,
      id: randomUUID(),
      kind: this.kind,
      version,
      task: spec.task,
      goals,
      ...this.recorder.recorded,
      ...this.measured,
      load: this.watch ? this.load.load : null,
    };
  }

  get called(): string {
    const { called, spec } = this.setting;
    return called ?? `the task ${spec.task}`;
  }

  measure(measured: Partial<Measured>): void {
    Object.assign(this.measured, measured);
  }

  /** Looks at both servers, and begins to watch them. @throws LockstepError */
  async look(): Promise<{ readonly source: ServerSummary; readonly target: ServerSummary }> {
    const { spec } = this.setting;
    this.recorder.begin('look');
    const [source, target] = await Promise.all([this.inspect('source'), this.inspect('target')]);
    this.measure({ source: sideOf(spec.source, source), target: sideOf(spec.target, target) });
    await this.watchPair();
    return { source, target };
  }

  /** Ends when both servers were looked at once: what changes from then on is the rehearsal's. */
  private watchPair(): Promise<void> {
    const { source, target } = this.setting.spec;
    return new Promise((resolve) => {
      this.watch = this.job({ type: 'watch-pair', source, target }, 'watch-ended', {
        onEvent: (event) => {
          if (event.type !== 'watched') return;
          this.load.add(this.stage, event.sample);
          resolve();
        },
      });
      // What keeps it from looking is told by whatever else works with that side.
      this.watch.done.then(
        () => resolve(),
        () => resolve(),
      );
    });
  }

  /** The memory of the target as it is now stands in the report; `keys` are those that are not the tool's own. @throws LockstepError */
  async lookAtTarget(keys: number): Promise<void> {
    const target = await this.inspect('target');
    this.measure({ target: { ...sideOf(this.setting.spec.target, target), keys } });
  }

  /** @throws LockstepError REHEARSAL_BLOCKED with the first check that stands in the way */
  async precheck(): Promise<void> {
    const { spec } = this.setting;
    this.recorder.begin('precheck');
    const results: CheckResult[] = [];
    await this.job({ type: 'precheck', spec }, 'prechecked', {
      timeoutMs: PRECHECK_TIMEOUT_MS,
      onEvent: (event) => {
        if (event.type === 'check') results.push(event.result);
      },
    }).done;
    const checks = results
      .filter(({ status }) => status === 'warning' || status === 'failure')
      .map(({ id, status, found }) => ({ title: CHECKS[id].title, status, found }));
    this.measure({ checks });
    const failed = results.filter(({ status }) => status === 'failure');
    this.recorder.note(`${results.length} checks, ${failed.length} in the way`);
    const [first] = failed;
    if (first) throw new LockstepError('REHEARSAL_BLOCKED', `${CHECKS[first.id].title}: ${first.found}`);
  }

  /** Compares every key while the pair goes on; with `contents` the report says what either side holds as well. @throws LockstepError */
  async compare({ contents }: { readonly contents: boolean }): Promise<void> {
    const { source, target, databases, databaseMap } = this.setting.spec;
    this.recorder.begin('compare');
    const { report } = await this.job(
      {
        type: 'compare',
        source,
        target,
        databases,
        databaseMap,
        maxDifferences: 0,
        choice: { level: 'values', contents },
      },
      'compared',
    ).done;
    this.measure({
      comparison: {
        equal: report.equal,
        compared: report.databases.reduce((sum, { compared }) => sum + compared, 0),
        differences: report.differencesTotal,
        tookMs: report.durationMs,
      },
      ...(report.contents && { contents: report.contents }),
    });
  }

  job<E extends Parameters<typeof runEngineJob>[0]['ending']>(
    command: EngineCommand,
    ending: E,
    options: { readonly timeoutMs?: number; readonly onEvent?: (event: EngineEvent) => void } = {},
  ): EngineJob<E> {
    const { startEngine, signal } = this.setting;
    const job = runEngineJob<E>({ startEngine, command, ending, ...options });
    const done = new Promise<EndingEvent<E>>((resolve, reject) => {
      const stop = (): void => {
        job.cancel();
        reject(interrupted());
      };
      signal.addEventListener('abort', stop, { once: true });
      job.done.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
      if (signal.aborted) stop();
    });
    return { ...job, done };
  }

  private async inspect(side: 'source' | 'target'): Promise<ServerSummary> {
    const command = { type: 'inspect', side, endpoint: this.setting.spec[side] } as const;
    const done: EndingEvent<'summary'> = await this.job(command, 'summary', { timeoutMs: LOOK_TIMEOUT_MS })
      .done;
    return done.summary;
  }
}

export const interrupted = (): LockstepError => new LockstepError('INTERRUPTED', 'it was asked to stop');

const sideOf = (endpoint: Endpoint, summary: ServerSummary): RehearsedSide => ({
  address: describeGiven(endpoint),
  product: summary.product,
  version: summary.version,
  cluster: summary.cluster,
  ...(summary.topology && { shards: summary.topology.shards }),
  keys: summary.databases.reduce((sum, { keys }) => sum + keys, 0),
  usedMemoryBytes: summary.usedMemoryBytes,
});
