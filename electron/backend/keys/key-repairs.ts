import type { RunEvent } from '../../../shared/contract/engine-messages.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import {
  MOST_LISTED_KEYS,
  type NamedKeyText,
  type RepairKind,
  type RepairState,
} from '../../../shared/model/key-repair.ts';
import type { Emit } from '../app-events.ts';

type Repaired = Extract<RunEvent, { type: 'repaired' }>;

/** What a request is passed to. */
export interface RepairingTask {
  /** @throws LockstepError TASK_STATE */
  repair(id: number, kind: RepairKind, keys: readonly NamedKeyText[]): void;
}

/** The last request of each task to bring keys to what the source has, one at a time. In memory only; events of the task tell it as well. */
export class KeyRepairs {
  private readonly emit: Emit;
  private readonly states = new Map<string, { id: number; state: RepairState }>();
  private nextId = 1;

  constructor(emit: Emit) {
    this.emit = emit;
  }

  state(taskId: string): RepairState {
    return this.states.get(taskId)?.state ?? none(taskId);
  }

  /** @throws LockstepError TASK_STATE where the task cannot, or does so already */
  start(taskId: string, task: RepairingTask, kind: RepairKind, keys: readonly NamedKeyText[]): RepairState {
    if (this.state(taskId).status === 'running')
      throw new LockstepError('TASK_STATE', 'keys that were asked for before are still being brought');
    if (keys.length === 0) throw new LockstepError('TASK_STATE', 'there is no such key');
    const id = this.nextId++;
    task.repair(id, kind, keys);
    return this.change(taskId, id, {
      ...none(taskId),
      ...{ status: 'running', kind, total: keys.length, left: keys.length, startedAtMs: Date.now() },
    });
  }

  /** An engine tells what has become of keys. */
  told(taskId: string, { id, keys, left, reason }: Repaired): void {
    const entry = this.states.get(taskId);
    if (!entry || entry.id !== id || entry.state.status !== 'running') return;
    const { state } = entry;
    const counts = { ...state.counts };
    for (const { outcome } of keys) counts[outcome] = (counts[outcome] ?? 0) + 1;
    this.change(taskId, id, {
      ...state,
      ...{ counts, left, reason: reason ?? state.reason },
      keys: [...state.keys, ...keys].slice(0, MOST_LISTED_KEYS),
      ...(left === 0 && { status: 'done', endedAtMs: Date.now() }),
    });
  }

  /** No engine works for the task any more, or another one does, which knows nothing of it. */
  cutShort(taskId: string): void {
    const entry = this.states.get(taskId);
    if (entry?.state.status !== 'running') return;
    this.change(taskId, entry.id, { ...entry.state, status: 'cut-short', endedAtMs: Date.now() });
  }

  forget(taskId: string): void {
    this.states.delete(taskId);
  }

  private change(taskId: string, id: number, state: RepairState): RepairState {
    this.states.set(taskId, { id, state });
    this.emit({ type: 'repair', state });
    return state;
  }
}

const none = (taskId: string): RepairState => ({
  taskId,
  status: 'none',
  kind: null,
  total: 0,
  left: 0,
  startedAtMs: null,
  endedAtMs: null,
  counts: {},
  keys: [],
  reason: null,
});
