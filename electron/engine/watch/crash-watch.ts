import { LockstepError } from '../../../shared/errors/lockstep-error.ts';

/** What was under way when a connection to the target broke. */
export interface UnderWay {
  /** By this name, where it was under way alone: it had been so once before, together with others. */
  readonly alone: string | undefined;
  /** Keys of a copy, as latin1, whose commands were not answered. */
  readonly keys: readonly string[];
  /** The offset up to which commands of the stream were being run. */
  readonly streamUntil: number;
}

/** Keys that are remembered; a server answers what it reads at once, so the one it dies of is among the first. */
export const MOST_SUSPECTS = 4096;

/**
 * Finds out of what the target dies. What was under way when its process ended is under suspicion: the next time each of it is
 * sent by itself, and if the process ends again then, that is what it dies of. A connection that breaks while the process stays
 * says nothing.
 */
export class CrashWatch {
  private readonly keys = new Set<string>();
  private broke: { readonly runId: string; readonly underWay: UnderWay } | undefined;
  /** Commands of the stream before this offset go out one by one. */
  streamUntil = 0;

  /** A connection to this process of the target has broken. */
  lost(runId: string, underWay: UnderWay): void {
    this.broke ??= { runId, underWay };
  }

  /** It is not known yet whether the process has ended. */
  get waiting(): boolean {
    return this.broke !== undefined;
  }

  /** This process of the target answers now. @throws LockstepError TARGET_CRASHES where another one died of what is known */
  found(runId: string): void {
    const { broke } = this;
    this.broke = undefined;
    if (!broke || broke.runId === runId || broke.runId === '') return;
    const { alone, keys, streamUntil } = broke.underWay;
    if (alone !== undefined)
      throw new LockstepError('TARGET_CRASHES', `its process ended twice while it was given ${alone}`);
    if (keys.length > 0) this.keys.clear();
    for (const key of keys.slice(0, MOST_SUSPECTS)) this.keys.add(key);
    this.streamUntil = Math.max(this.streamUntil, streamUntil);
  }

  /** Whether a key of a copy is to go out by itself; undefined where none is. */
  get suspects(): ((buf: Buffer, from: number, to: number) => boolean) | undefined {
    const { keys } = this;
    return keys.size === 0 ? undefined : (buf, from, to) => keys.has(buf.toString('latin1', from, to));
  }
}
