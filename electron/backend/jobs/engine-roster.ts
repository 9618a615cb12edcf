import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { EngineProcess, StartEngine } from '../engine-process.ts';

/** Prechecks, comparisons and tests of connections at once, each a process of its own. One more is refused. */
const MOST_JOBS = 24;

/** Knows every engine process that lives, so that none is left when the application ends. */
export class EngineRoster {
  private readonly start: StartEngine;
  private closed = false;
  private readonly living = new Set<EngineProcess>();
  private jobs = 0;

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

  /** For a job beside the tasks, which are not to wait for one. @throws LockstepError TASK_STATE, HOST_GONE */
  readonly startJob: StartEngine = () => {
    if (this.jobs >= MOST_JOBS)
      throw new LockstepError(
        'TASK_STATE',
        `${MOST_JOBS} checks and comparisons run already: wait for one of them`,
      );
    const engine = this.startEngine();
    this.jobs += 1;
    let living = true;
    engine.onExit(() => {
      if (living) this.jobs -= 1;
      living = false;
    });
    return engine;
  };

  close(): void {
    this.closed = true;
    for (const engine of this.living) engine.kill();
  }
}
