import {
  sandboxEventSchema,
  type SandboxCommand,
  type SandboxKind,
} from '../../../shared/contract/sandbox-messages.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { Sandbox } from '../ports.ts';

/** A running sandbox process, as a host sees it: a utility process in the window, a forked child without one. */
export interface SandboxProcess {
  send(command: SandboxCommand): void;
  onMessage(listener: (message: unknown) => void): void;
  onExit(listener: () => void): void;
  kill(): void;
}

/** It fills the source with data first. */
const START_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 10_000;

/** Waits until its servers are up. @throws LockstepError SANDBOX_UNAVAILABLE, or its own fault */
export async function openSandbox(child: SandboxProcess, kind: SandboxKind): Promise<Sandbox> {
  const exited = new Promise<void>((resolve) => child.onExit(resolve));
  const { source, target } = await servers(child, kind);
  return {
    source,
    target,
    onExit: (listener) => void exited.then(listener),
    stop: async () => {
      child.send({ type: 'stop' });
      const timer = setTimeout(() => child.kill(), STOP_TIMEOUT_MS);
      await exited;
      clearTimeout(timer);
    },
  };
}

function servers(child: SandboxProcess, kind: SandboxKind): Promise<Pick<Sandbox, 'source' | 'target'>> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new LockstepError('SANDBOX_UNAVAILABLE', `no servers within ${START_TIMEOUT_MS / 1000} s`));
      child.kill();
    }, START_TIMEOUT_MS);
    child.onMessage((message) => {
      const event = sandboxEventSchema.safeParse(message);
      if (!event.success) return;
      if (event.data.type === 'up') return child.send({ type: 'start', kind });
      clearTimeout(timer);
      if (event.data.type === 'ready') resolve(event.data);
      else reject(new LockstepError(event.data.code, event.data.fact));
    });
    child.onExit(() => {
      clearTimeout(timer);
      reject(
        new LockstepError('SANDBOX_UNAVAILABLE', 'the sandbox process ended before its servers were up'),
      );
    });
  });
}
