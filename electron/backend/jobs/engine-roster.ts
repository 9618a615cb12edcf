import type { EngineProcess, StartEngine } from '../engine-process.ts';

/** Knows every engine process that lives, so that none is left when the application ends. */
export class EngineRoster {
  private readonly start: StartEngine;
  private readonly living = new Set<EngineProcess>();

  constructor(start: StartEngine) {
    this.start = start;
  }

  readonly startEngine: StartEngine = () => {
    const engine = this.start();
    this.living.add(engine);
    engine.onExit(() => this.living.delete(engine));
    return engine;
  };

  close(): void {
    for (const engine of this.living) engine.kill();
  }
}
