import { setTimeout as sleep } from 'node:timers/promises';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { asLockstepError } from '../../../../shared/errors/plain-reason.ts';
import type { TaskSpec } from '../../../../shared/model/task-spec.ts';
import { Lease } from './lease.ts';
import { NOTHING_SEEN, turnOf, type LeaseMemory, type Turn } from './turn.ts';

const LOOK_EVERY_MS = 500;
const RENEW_EVERY_MS = 700;

const WORDS: Readonly<Record<Exclude<Turn, 'ours'>, string>> = {
  held: 'Standing by: another process works for the task, and this one begins when that has gone',
  unleased:
    'Standing by: a run that was started without --standby works for the task, and this one begins when its connections to the target have ended',
};

export interface StandByOptions {
  readonly spec: TaskSpec;
  readonly signal: AbortSignal;
  readonly tell: (text: string) => void;
  /** Called with each look at the target: whether that could be asked. */
  readonly onLook: (reached: boolean) => void;
}

/** A lease that is held, and renewed until it is given up. */
export interface HeldLease {
  /** Leaves the task to whoever waits. */
  release(): Promise<void>;
}

/** Waits until it is the turn of this process, however long that takes. @throws LockstepError INTERRUPTED when `signal` aborts first */
export async function standBy({ spec, signal, tell, onLook }: StandByOptions): Promise<HeldLease> {
  const lease = new Lease(spec);
  let memory: LeaseMemory = NOTHING_SEEN;
  let told = '';
  const tellOnce = (text: string): void => {
    if (text !== told) tell(text);
    told = text;
  };
  while (!signal.aborted) {
    try {
      const looked = turnOf(await lease.look(), memory);
      memory = looked.memory;
      onLook(true);
      if (looked.turn !== 'ours') tellOnce(WORDS[looked.turn]);
      else if (await lease.take()) return renewed(lease);
    } catch (error) {
      const { code, message } = asLockstepError(error);
      onLook(false);
      tellOnce(`Standing by: the target cannot be asked (${code}: ${message})`);
    }
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
  throw new LockstepError('INTERRUPTED', 'it was stopped while it stood by');
}

/** Renews a lease that was taken. */
export function renewed(lease: Pick<Lease, 'take' | 'release'>): HeldLease {
  let renewing: Promise<unknown> | undefined;
  const timer = setInterval(() => {
    // One at a time: a target that does not answer gets no more of them, and none waits for it.
    renewing ??= lease
      .take()
      .catch(() => undefined)
      .finally(() => (renewing = undefined));
  }, RENEW_EVERY_MS);
  timer.unref();
  return {
    release: async () => {
      clearInterval(timer);
      await renewing;
      // Whoever waits begins all the same, once it has run out.
      await lease.release().catch(() => undefined);
    },
  };
}
