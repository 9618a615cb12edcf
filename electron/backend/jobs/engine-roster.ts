import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { EngineProcess, StartEngine } from '../engine-process.ts';

/** Knows every engine process that lives, so that none is left when the application ends. */
export class EngineRoster {
  private readonly start: StartEngine;
  private closed = false;
  private readonly living = new Set<EngineProcess>();

  constructor(start: StartEngine) {
    this.start = start;
  }

  readonly startEngine: StartEngine = () => {
    if (this.closed) throw new LockstepError('HOST_GONE', 'the application is closing');
    const engine = this.start();
    this.living.add(engine);
    engine.onExit(() => this.living.delete(engine));
    return engine;
  };

  close(): void {
    this.closed = true;
    for (const engine of this.living) engine.kill();
  }
}
