import type { AppEvent } from '../../shared/contract/api.ts';

export type Emit = (event: AppEvent) => void;

/** Passes what happens on to everyone who listens. */
export class AppEvents {
  private readonly listeners = new Set<(event: AppEvent) => void>();

  readonly emit: Emit = (event) => {
    for (const listener of [...this.listeners]) listener(event);
  };

  listen(listener: (event: AppEvent) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }
}
