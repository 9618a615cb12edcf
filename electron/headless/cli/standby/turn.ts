/** What stands in the place of its holder where a run has ended and leaves the task to whoever waits. */
export const RELEASED = 'released';
/** A lease that is gone before its time was removed, as by a flush; whoever has it writes it anew within this. */
const WRITTEN_ANEW_MS = 1500;

/** The lease of a task as it was seen on the target. */
export interface LeaseLook {
  readonly atMs: number;
  /** undefined where there is none. */
  readonly lease: { readonly holder: string; readonly leftMs: number } | undefined;
  /** Connections of runs of the task to the target; undefined where they may not be listed. */
  readonly connections: number | undefined;
}

/** What one look has to know of those before. */
export interface LeaseMemory {
  /** When the lease that was seen last runs out; undefined where none was ever seen. */
  readonly untilMs: number | undefined;
  readonly goneSinceMs: number | undefined;
}

export const NOTHING_SEEN: LeaseMemory = { untilMs: undefined, goneSinceMs: undefined };

/** Why it is not the turn of who waits: another process holds the lease, or a run without one works for the task. */
export type Turn = 'ours' | 'held' | 'unleased';

/**
 * Whose turn it is. A lease that is there is a living run's. One that has run out was a dead one's, whatever connections the target still
 * has of it: a machine that is gone closes none. Where none was ever seen, connections are those of a run that was started without it.
 */
export function turnOf(
  { atMs, lease, connections }: LeaseLook,
  memory: LeaseMemory,
): { readonly turn: Turn; readonly memory: LeaseMemory } {
  if (lease?.holder === RELEASED) return { turn: 'ours', memory };
  if (lease) return { turn: 'held', memory: { untilMs: atMs + lease.leftMs, goneSinceMs: undefined } };
  const { untilMs } = memory;
  if (untilMs === undefined) return { turn: connections ? 'unleased' : 'ours', memory };
  const goneSinceMs = memory.goneSinceMs ?? atMs;
  const over = atMs >= untilMs || atMs - goneSinceMs >= WRITTEN_ANEW_MS;
  return { turn: over ? 'ours' : 'held', memory: { untilMs, goneSinceMs } };
}
