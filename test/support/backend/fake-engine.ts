import type { EngineProcess } from '../../../electron/backend/engine-process.ts';
import type { EngineCommand, EngineEvent } from '../../../shared/contract/engine-messages.ts';
import type { Metrics, Phase } from '../../../shared/model/metrics.ts';

/** An engine process whose words a test speaks. It answers nothing by itself. */
export class FakeEngine implements EngineProcess {
  readonly heard: EngineCommand[] = [];
  killed = false;
  private readonly messageListeners: ((message: unknown) => void)[] = [];
  private readonly exitListeners: ((status: number | null) => void)[] = [];
  private gone = false;

  send(command: EngineCommand): void {
    this.heard.push(command);
  }

  onMessage(listener: (message: unknown) => void): void {
    this.messageListeners.push(listener);
  }

  onExit(listener: (status: number | null) => void): void {
    this.exitListeners.push(listener);
  }

  kill(): void {
    this.killed = true;
    this.exit(null);
  }

  /** Says anything, of the contract or not. */
  say(message: unknown): void {
    for (const listener of this.messageListeners) listener(message);
  }

  tell(event: EngineEvent): this {
    this.say(event);
    return this;
  }

  /** Reports as the engine does once a second. */
  report(phase: Phase, changes: Partial<Metrics> = {}): this {
    return this.tell({ type: 'metrics', metrics: { ...metricsOf(phase), ...changes } as never });
  }

  exit(status: number | null): void {
    if (this.gone) return;
    this.gone = true;
    for (const listener of this.exitListeners) listener(status);
  }

  /** The types of the commands, in order. */
  get commands(): string[] {
    return this.heard.map((command) => (command.type === 'stop' ? `stop ${command.how}` : command.type));
  }
}

/** Starts fake engines; `ready` ones say so as soon as somebody listens. */
export class FakeEngines {
  readonly all: FakeEngine[] = [];
  /** Set, the next process cannot be started. */
  refuses = false;

  readonly start = (): FakeEngine => {
    if (this.refuses) throw new Error('spawn EAGAIN');
    const engine = new FakeEngine();
    this.all.push(engine);
    return engine;
  };

  get last(): FakeEngine {
    const engine = this.all.at(-1);
    if (!engine) throw new Error('no engine was started');
    return engine;
  }
}

const NO_FLOW = { commandsPerSecond: 0, bytesPerSecond: 0, commands: 0, bytes: 0 };

export const metricsOf = (phase: Phase, atMs = Date.now()): Metrics => ({
  atMs,
  phase,
  copy: {
    bytesDone: 0,
    bytesTotal: undefined,
    bytesReceived: 0,
    keysDone: 0,
    keysExpected: 0,
    remainingMs: 0,
  },
  read: NO_FLOW,
  applied: NO_FLOW,
  offsets: { source: 0, received: 0, applied: 0 },
  lag: { bytes: 0, seconds: 0 },
  spool: { bytes: 0, diskBytes: 0 },
  databases: [],
  faults: 0,
  evictedKeys: 0,
  librariesLeftOut: 0,
  rssBytes: 0,
});
