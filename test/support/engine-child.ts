import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import {
  engineEventSchema,
  type EngineCommand,
  type EngineEvent,
} from '../../shared/contract/engine-messages.ts';
import type { Metrics } from '../../shared/model/metrics.ts';
import type { TaskSpec } from '../../shared/model/task-spec.ts';
import { cpuSeconds, peakRssBytes } from '../bench/process-usage.ts';

/** The same from here and from dist/bench, where the benchmark is built to. */
const ENTRY = path.join(import.meta.dirname, '../../dist/engine/entry.mjs');

/** A forked engine process, for tests that kill it and for measuring it. */
export class EngineChild {
  private readonly child: ChildProcess;
  private readonly listeners = new Set<(event: EngineEvent) => void>();
  metrics: Metrics | undefined;
  /** All that it has sent. */
  readonly events: EngineEvent[] = [];
  /** The exit status; null when a signal ended it. */
  readonly exited: Promise<number | null>;
  /** Taken when the engine says that it has ended. */
  cpuSeconds = 0;
  peakRssBytes = 0;

  constructor() {
    this.child = fork(ENTRY, [], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.exited = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.on('message', (message) => {
      const event = engineEventSchema.parse(message);
      this.events.push(event);
      if (event.type === 'metrics') this.metrics = event.metrics;
      if (event.type === 'finished' || event.type === 'failed') this.measure();
      for (const listener of this.listeners) listener(event);
    });
  }

  get pid(): number {
    return this.child.pid!;
  }

  start(spec: TaskSpec): void {
    this.send({ type: 'start', spec });
  }

  send(command: EngineCommand | { readonly type: 'nonsense' }): void {
    this.child.send(command);
  }

  /** As if the host had ended. */
  disconnect(): void {
    this.child.disconnect();
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  stop(): void {
    this.send({ type: 'stop', how: 'drain' });
  }

  measure(): void {
    this.cpuSeconds = cpuSeconds(this.pid);
    this.peakRssBytes = peakRssBytes(this.pid);
  }

  /** Resolves with the first event that fits. Rejects when the engine fails or ends before. */
  until(fits: (event: EngineEvent) => boolean): Promise<EngineEvent> {
    return new Promise((resolve, reject) => {
      const listener = (event: EngineEvent): void => {
        if (fits(event)) {
          this.listeners.delete(listener);
          resolve(event);
        } else if (event.type === 'failed') {
          reject(new Error(`${event.code}: ${event.fact}`));
        }
      };
      this.listeners.add(listener);
      this.child.once('exit', () => reject(new Error('the engine ended')));
    });
  }

  untilPhase(phase: Metrics['phase']): Promise<EngineEvent> {
    return this.until((event) => event.type === 'metrics' && event.metrics.phase === phase);
  }
}
