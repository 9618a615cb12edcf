import type { Arena } from '../../../electron/engine/arena/arena.ts';
import { SourceLogs } from '../../../electron/engine/intake/source-log/source-logs.ts';
import { TaskRun } from '../../../electron/engine/parts/task-run.ts';
import type { World } from '../../../electron/engine/world/world.ts';
import type { ErrorCode } from '../../../shared/errors/catalogue.ts';
import { asLockstepError } from '../../../shared/errors/plain-reason.ts';
import type { Phase } from '../../../shared/model/metrics.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import type { Arenas } from '../arenas.ts';
import type { End } from '../engine-process.ts';
import type { History } from '../history.ts';
import type { Network } from '../network.ts';
import { ProcessClock } from '../process-clock.ts';
import { SmallMemory } from './small-memory.ts';

export interface GroupOptions {
  readonly name: string;
  readonly network: Network;
  readonly history: History;
  readonly arenas: Arenas;
  readonly aheadMs: number;
  readonly onPhase: (member: Member, phase: Phase) => void;
  readonly onFault: (member: Member, code: ErrorCode) => void;
  readonly onEnd: (member: Member, end: End) => void;
}

/** One run in a process of several. */
export class Member {
  readonly group: GroupProcess;
  /** Which of the targets it writes to. */
  readonly index: number;
  readonly startedAtMs: number;
  readonly session: TaskRun;
  phase: Phase = 'connecting';
  end: End | undefined;
  endedAtMs = Infinity;

  constructor(group: GroupProcess, index: number, startedAtMs: number, makeSession: (of: Member) => TaskRun) {
    this.group = group;
    this.index = index;
    this.startedAtMs = startedAtMs;
    this.session = makeSession(this);
  }

  get name(): string {
    return `${this.group.name}.${this.index}`;
  }

  get running(): boolean {
    return !this.group.killed && this.end === undefined;
  }

  /** Something is done to it from outside. */
  tell(what: (session: TaskRun) => void): void {
    if (!this.running) return;
    this.group.touch();
    what(this.session);
  }
}

/** One process with runs of several tasks, which read one source by the same logs. Killed, none of them does anything more. */
export class GroupProcess {
  readonly name: string;
  private readonly options: GroupOptions;
  private readonly clock: ProcessClock;
  private readonly world: World;
  private readonly logs: SourceLogs;
  private readonly taken: { readonly bytes: number; readonly arena: Arena }[] = [];
  members: readonly Member[] = [];
  killed = false;

  constructor(options: GroupOptions) {
    const { network, name, aheadMs } = options;
    this.options = options;
    this.name = name;
    this.clock = new ProcessClock(network.scheduler, aheadMs);
    this.world = { clock: this.clock, net: network.of(name) };
    this.logs = new SourceLogs(this.world, new SmallMemory((bytes) => this.makeArena(bytes)));
  }

  /** The run of a target that goes on. */
  member(index: number): Member | undefined {
    return this.members.find((one) => one.index === index && one.running);
  }

  get running(): readonly Member[] {
    return this.members.filter((one) => one.running);
  }

  start(index: number, spec: TaskSpec): void {
    if (this.killed || this.member(index)) return;
    this.touch();
    const { network, history } = this.options;
    const member = new Member(this, index, network.scheduler.nowMs, (of) => this.makeRun(of, spec));
    this.members = [...this.members, member];
    history.note(member.name, 'starts');
    member.session.run().then(
      (outcome) =>
        this.ended(member, { outcome, code: undefined, fact: `${outcome.reason} at ${outcome.offset}` }),
      (error: unknown) => {
        const { code, message } = asLockstepError(error);
        this.ended(member, { outcome: undefined, code, fact: `${code}: ${message}` });
      },
    );
  }

  kill(): void {
    if (this.killed) return;
    this.options.history.note(this.name, 'is killed');
    for (const member of this.running) member.endedAtMs = this.options.network.scheduler.nowMs;
    this.killed = true;
    this.clock.kill();
    this.options.network.kill(this.name);
    for (const { bytes, arena } of this.taken.splice(0)) this.options.arenas.give(bytes, arena);
  }

  touch(): void {
    this.options.network.scheduler.touched = true;
  }

  private makeRun(member: Member, spec: TaskSpec): TaskRun {
    const { history, onPhase, onFault } = this.options;
    const alive = (run: () => void): void => {
      if (!this.killed) run();
    };
    return new TaskRun(
      this.world,
      spec,
      {
        phase: (phase) =>
          alive(() => {
            member.phase = phase;
            history.note(member.name, phase);
            onPhase(member, phase);
          }),
        info: (text) => alive(() => history.note(member.name, text)),
        warning: (text, fault) =>
          alive(() => {
            history.note(member.name, `! ${text}`);
            if (fault) onFault(member, fault.code);
          }),
        located: () => undefined,
        changed: () => undefined,
        question: () => undefined,
      },
      { logs: this.logs, makeArena: (bytes) => this.makeArena(bytes) },
    );
  }

  private ended(member: Member, end: End): void {
    if (this.killed) return;
    member.end = end;
    member.endedAtMs = this.options.network.scheduler.nowMs;
    this.options.history.note(member.name, `ends: ${end.fact}`);
    this.options.onEnd(member, end);
  }

  private makeArena(bytes: number): Arena {
    const arena = this.options.arenas.take(bytes);
    this.taken.push({ bytes, arena });
    return arena;
  }
}
