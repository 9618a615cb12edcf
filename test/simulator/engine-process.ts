import { asLockstepError } from '../../shared/errors/plain-reason.ts';
import type { Outcome } from '../../shared/contract/engine-messages.ts';
import type { ErrorCode } from '../../shared/errors/catalogue.ts';
import type { Phase } from '../../shared/model/metrics.ts';
import type { TaskSpec } from '../../shared/model/task-spec.ts';
import type { TaskEvents } from '../../electron/engine/events/task-events.ts';
import type { Arena } from '../../electron/engine/arena/arena.ts';
import type { Arenas } from './arenas.ts';
import { ClusterSession } from '../../electron/engine/parts/cluster-session.ts';
import type { AskedKey } from '../../electron/engine/repair/asked-keys.ts';
import type { Run } from '../../electron/engine/task/run.ts';
import { SyncSession } from '../../electron/engine/task/sync-session.ts';
import { releaseTask } from '../../electron/engine/task/release-task.ts';
import type { World } from '../../electron/engine/world/world.ts';
import type { History } from './history.ts';
import type { Network } from './network.ts';
import { ProcessClock } from './process-clock.ts';

export interface End {
  readonly outcome: Outcome | undefined;
  readonly code: ErrorCode | undefined;
  readonly fact: string;
}

export interface EngineProcessOptions {
  readonly name: string;
  readonly spec: TaskSpec;
  readonly network: Network;
  readonly history: History;
  readonly aheadMs: number;
  readonly arenas: Arenas;
  /** The source is one. */
  readonly clustered: boolean;
  readonly onFault?: (code: ErrorCode) => void;
  readonly onWarning?: (text: string) => void;
  readonly onPhase: (phase: Phase) => void;
  readonly onEnd: (end: End) => void;
}

/** One process with an engine in it: a run of the task, or a release. Killed, it does nothing more. */
export class EngineProcess {
  readonly name: string;
  readonly startedAtMs: number;
  private readonly options: EngineProcessOptions;
  private readonly clock: ProcessClock;
  private readonly world: World;
  private session: Run | undefined;
  private readonly taken: { readonly bytes: number; readonly arena: Arena }[] = [];
  phase: Phase = 'connecting';
  killed = false;
  end: End | undefined;
  endedAtMs = Infinity;

  constructor(options: EngineProcessOptions) {
    const { network, name, aheadMs } = options;
    this.options = options;
    this.name = name;
    this.startedAtMs = network.scheduler.nowMs;
    this.clock = new ProcessClock(network.scheduler, aheadMs);
    this.world = { clock: this.clock, net: network.of(name) };
  }

  get running(): boolean {
    return !this.killed && this.end === undefined;
  }

  start(): void {
    this.touch();
    const { history, name } = this.options;
    history.note(name, 'starts');
    const events: TaskEvents = {
      phase: (phase) => this.alive(() => this.enter(phase)),
      info: (text) => this.alive(() => history.note(name, text)),
      warning: (text, fault) =>
        this.alive(() => {
          history.note(name, `! ${text}`);
          this.options.onWarning?.(text);
          if (fault) this.options.onFault?.(fault.code);
        }),
      located: () => undefined,
      changed: () => undefined,
      question: () => undefined,
    };
    const session = (this.session = this.makeRun(events));
    session.run().then(
      (outcome) => this.ended({ outcome, code: undefined, fact: `${outcome.reason} at ${outcome.offset}` }),
      (error: unknown) => {
        const { code, message } = asLockstepError(error);
        this.ended({ outcome: undefined, code, fact: `${code}: ${message}` });
      },
    );
  }

  private makeRun(events: TaskEvents): Run {
    const { spec, clustered } = this.options;
    const makeArena = (bytes: number): Arena => this.makeArena(bytes);
    const Session = clustered ? ClusterSession : SyncSession;
    return new Session(this.world, spec, events, { makeArena });
  }

  /** Hands the target over, as the command line's `release` does. */
  release(): void {
    this.touch();
    const { spec, history, name } = this.options;
    history.note(name, 'releases');
    releaseTask(this.world, spec.target, spec.task, {
      warning: (text) => this.alive(() => history.note(name, `! ${text}`)),
    }).then(
      ({ keys }) => this.ended({ outcome: undefined, code: undefined, fact: `${keys} times were late` }),
      (error: unknown) => {
        const { code, message } = asLockstepError(error);
        this.ended({ outcome: undefined, code, fact: `${code}: ${message}` });
      },
    );
  }

  stop(how: 'drain' | 'now'): void {
    if (!this.running) return;
    this.options.history.note(this.name, `is asked to stop (${how})`);
    this.touch();
    this.session?.stop(how);
  }

  /** Keys are to be brought to what the source has. */
  repair(keys: readonly AskedKey[]): void {
    this.touch();
    if (!this.running) return;
    this.session?.repair(
      keys.map((key) => ({
        ...key,
        settle: (outcome, reason) => this.alive(() => key.settle(outcome, reason)),
      })),
    );
  }

  pause(): void {
    this.touch();
    if (this.running) this.session?.pause();
  }

  resume(): void {
    this.touch();
    if (this.running) this.session?.resume();
  }

  kill(): void {
    if (!this.running) return;
    this.killed = true;
    this.endedAtMs = this.options.network.scheduler.nowMs;
    this.options.history.note(this.name, 'is killed');
    this.clock.kill();
    this.options.network.kill(this.name);
    this.giveBack();
  }

  private enter(phase: Phase): void {
    this.phase = phase;
    this.options.history.note(this.name, phase);
    this.options.onPhase(phase);
  }

  private ended(end: End): void {
    if (this.killed) return;
    this.end = end;
    this.endedAtMs = this.options.network.scheduler.nowMs;
    this.giveBack();
    this.options.history.note(this.name, `ends: ${end.fact}`);
    this.options.onEnd(end);
  }

  private touch(): void {
    this.options.network.scheduler.touched = true;
  }

  private makeArena(bytes: number): Arena {
    const arena = this.options.arenas.take(bytes);
    this.taken.push({ bytes, arena });
    return arena;
  }

  private giveBack(): void {
    for (const { bytes, arena } of this.taken.splice(0)) this.options.arenas.give(bytes, arena);
  }

  private alive(run: () => void): void {
    if (!this.killed) run();
  }
}
