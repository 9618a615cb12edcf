import { engineCommandSchema, type EngineEvent } from '../../shared/contract/engine-messages.ts';
import { LockstepError } from '../../shared/errors/lockstep-error.ts';
import type { Phase } from '../../shared/model/metrics.ts';
import type { TaskSpec } from '../../shared/model/task-spec.ts';
import type { EnginePort } from './port.ts';
import { SyncSession } from './task/sync-session.ts';

const METRICS_INTERVAL_MS = 1000;

/** One engine: waits for its task on the port, runs it, reports, and ends its process. */
export function runEngine(port: EnginePort): void {
  let session: SyncSession | undefined;
  const send = (event: EngineEvent): void => port.send(event);
  port.onMessage((message) => {
    const parsed = engineCommandSchema.safeParse(message);
    if (!parsed.success) {
      send({
        type: 'failed',
        code: 'INTERNAL',
        fact: 'the host sent a command that does not fit',
        resumable: false,
      });
      return;
    }
    if (parsed.data.type === 'stop') {
      session?.stop(parsed.data.how);
    } else if (parsed.data.type === 'start' && !session) {
      session = startSession(parsed.data.spec, send, () => process.exit(0));
    }
  });
  // Without a host nobody could stop us: end at the last checkpoint.
  port.onClose(() => {
    if (!session) process.exit(0);
    session.stop('now');
  });
  send({ type: 'ready' });
}

function startSession(spec: TaskSpec, send: (event: EngineEvent) => void, ended: () => void): SyncSession {
  let phase: Phase = 'connecting';
  const report = (): void => send({ type: 'metrics', metrics: session.sampler.metrics(phase) });
  const session = new SyncSession(spec, {
    phase: (next) => {
      if (next === phase) return;
      phase = next;
      report();
    },
    info: (text) => send({ type: 'event', atMs: Date.now(), severity: 'info', text }),
    warning: (text, code) =>
      send({ type: 'event', atMs: Date.now(), severity: 'warning', text, ...(code ? { code } : {}) }),
  });
  const timer = setInterval(report, METRICS_INTERVAL_MS);
  session
    .run()
    .then(
      (outcome) => send({ type: 'finished', outcome }),
      (error: unknown) => {
        const known = error instanceof LockstepError ? error : new LockstepError('INTERNAL', String(error));
        send({ type: 'failed', code: known.code, fact: known.message, resumable: session.resumable });
      },
    )
    .finally(() => {
      clearInterval(timer);
      // Lets the last message leave.
      setTimeout(ended, 50);
    });
  return session;
}
