import type { EngineCommand, EngineEvent, Outcome, Stop } from '../../../shared/contract/engine-messages.ts';
import type { ErrorCode } from '../../../shared/errors/catalogue.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import { parseEngineEvent, type EngineProcess, type StartEngine } from '../engine-process.ts';

/** An engine reports once a second; one that is silent for this many looks at it, a second apart, hangs. */
const SILENT_LOOKS = 60;
const LOOK_MS = 1000;
/** After its last word it ends by itself; if it does not, it is ended after this time. */
const GRACE_MS = 3000;

/** How an engine ended. `abandoned`: nothing was left for it to do, or nothing begun; `killed`: it did not end by itself. */
export type SessionEnd =
  | { readonly kind: 'finished'; readonly outcome: Outcome }
  | {
      readonly kind: 'failed';
      readonly code: ErrorCode;
      readonly fact: string;
      /** Every expiry on the target is exact all the same. */
      readonly handedOver: boolean;
    }
  | { readonly kind: 'died'; readonly fact: string }
  | { readonly kind: 'killed' }
  | { readonly kind: 'abandoned' };

export interface SessionOptions {
  readonly startEngine: StartEngine;
  readonly spec: TaskSpec;
  /** The task is to stand still from the beginning. */
  readonly paused: boolean;
  readonly onEvent: (event: EngineEvent) => void;
  /** Called once, when the process is gone. */
  readonly onEnd: (end: SessionEnd) => void;
}

/** One engine process that runs a task. */
export class EngineSession {
  private readonly options: SessionOptions;
  private readonly engine: EngineProcess;
  private ready = false;
  /** What it is to be told once it is ready: of each matter only the newest, so there are two at most. */
  private readonly early = new Map<'pause' | 'limits', EngineCommand>();
  private drains = 0;
  private silentLooks = 0;
  private lastWord: SessionEnd | undefined;
  private over = false;
  private readonly watch: NodeJS.Timeout;
  private grace: NodeJS.Timeout | undefined;

  /** @throws when the process cannot be started */
  constructor(options: SessionOptions) {
    this.options = options;
    this.engine = options.startEngine();
    this.watch = setInterval(() => this.look(), LOOK_MS);
    this.engine.onMessage((message) => this.receive(message));
    this.engine.onExit((status, why) => this.ended(status, why));
  }

  /** Passes on a change that holds while the task runs. */
  send(command: Extract<EngineCommand, { type: 'pause' | 'resume' | 'limits' | 'answer' | 'repair' }>): void {
    if (this.ready) this.engine.send(command);
    else if (command.type !== 'answer' && command.type !== 'repair')
      this.early.set(command.type === 'limits' ? 'limits' : 'pause', command);
  }

  /** `cut` takes the source for lost. The first `drain` lets it catch up, the second ends it at its checkpoint, as `now` does, the third ends the process. */
  stop(how: Stop): void {
    if (how === 'drain') this.drains += 1;
    if (!this.ready) this.abandon();
    else if (this.drains > 2 && how === 'drain') this.kill();
    else this.engine.send({ type: 'stop', how: this.drains > 1 ? 'now' : how });
  }

  /** Ends the process, which leaves what it was doing undone. */
  kill(): void {
    this.lastWord ??= { kind: 'killed' };
    this.engine.kill();
  }

  /** Ends the process when there is nothing that it could still do. */
  abandon(): void {
    this.lastWord ??= { kind: 'abandoned' };
    this.engine.kill();
  }

  private receive(message: unknown): void {
    // A message may come in after its process is gone, when the next engine works for the task already.
    if (this.over) return;
    this.silentLooks = 0;
    let event: EngineEvent;
    try {
      event = parseEngineEvent(message);
    } catch {
      this.giveUp('it sent a message of an unknown form');
      return;
    }
    if (event.type === 'ready') this.begin();
    else if (event.type === 'finished') this.say({ kind: 'finished', outcome: event.outcome });
    else if (event.type === 'failed') {
      const { code, fact, handedOver = false } = event;
      this.say({ kind: 'failed', code, fact, handedOver });
    }
    this.options.onEvent(event);
  }

  private begin(): void {
    // It was given up before it could begin, or says so twice: a task is started once.
    if (this.ready || this.lastWord) return;
    this.ready = true;
    this.engine.send({ type: 'start', spec: this.options.spec });
    if (this.options.paused) this.engine.send({ type: 'pause' });
    for (const command of this.early.values()) this.engine.send(command);
    this.early.clear();
  }

  private say(word: SessionEnd): void {
    this.lastWord ??= word;
    this.grace ??= setTimeout(() => this.engine.kill(), GRACE_MS);
  }

  private look(): void {
    this.silentLooks += 1;
    if (this.silentLooks === SILENT_LOOKS) this.giveUp(`it said nothing for ${SILENT_LOOKS} s`);
  }

  private giveUp(fact: string): void {
    this.lastWord ??= { kind: 'died', fact };
    this.engine.kill();
  }

  private ended(status: number | null, why?: string): void {
    if (this.over) return;
    this.over = true;
    clearInterval(this.watch);
    clearTimeout(this.grace);
    const fact = why ?? (status === null ? 'a signal ended it' : `it ended with status ${status}`);
    this.options.onEnd(this.lastWord ?? { kind: 'died', fact });
  }
}
