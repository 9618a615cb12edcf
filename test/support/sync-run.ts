import { setTimeout as pause } from 'node:timers/promises';
import { SyncSession, type SessionSetting } from '../../electron/engine/task/sync-session.ts';
import type { TaskEvents } from '../../electron/engine/events/task-events.ts';
import type { ErrorCode } from '../../shared/errors/catalogue.ts';
import type { Outcome } from '../../shared/contract/engine-messages.ts';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import type { Phase } from '../../shared/model/metrics.ts';
import type { TaskQuestion } from '../../shared/model/task-question.ts';
import type { TaskSpec } from '../../shared/model/task-spec.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';

/** A run of a task in this process, with all it has told. */
export interface SyncRun {
  readonly session: SyncSession;
  readonly outcome: Promise<Outcome>;
  readonly told: string[];
  /** The codes of the faults that were told of. */
  readonly faults: ErrorCode[];
  readonly phases: Phase[];
  /** What it asked, and undefined where it asked no longer. */
  readonly questions: (TaskQuestion | undefined)[];
  /** Resolves once the run is in a phase, or was. */
  reached(phase: Phase): Promise<void>;
}

const DEADLINE_MS = 60_000;

/** What the command line gives by default, changed by `spec`. */
export function taskSpec(sourceUrl: string, targetUrl: string, spec: Partial<TaskSpec>): TaskSpec {
  return {
    task: 'test',
    source: parseEndpoint(sourceUrl),
    target: parseEndpoint(targetUrl),
    existing: 'fail',
    onFlush: 'stop',
    until: 'caught-up',
    fullOnly: false,
    retryForMs: 30_000,
    spoolDir: '/tmp',
    spoolMaxBytes: 1024 ** 3,
    maxCommandsPerSecond: 0,
    ...spec,
  };
}

/**
 * Starts a run between two servers; `spec` changes what the command line gives by default. `onPhase` is called in the middle of
 * the session's work.
 */
export function startRun(
  sourceUrl: string,
  targetUrl: string,
  spec: Partial<TaskSpec>,
  onPhase?: (phase: Phase, session: SyncSession) => void,
  setting: Pick<SessionSetting, 'part' | 'memory'> = {},
): SyncRun {
  const told: string[] = [];
  const faults: ErrorCode[] = [];
  const phases: Phase[] = [];
  const questions: (TaskQuestion | undefined)[] = [];
  const events: TaskEvents = {
    phase: (phase) => {
      phases.push(phase);
      onPhase?.(phase, session);
    },
    info: (text) => told.push(text),
    located: () => undefined,
    changed: () => undefined,
    question: (question) => questions.push(question),
    warning: (text, fault) => {
      told.push(text);
      if (fault) faults.push(fault.code);
    },
  };
  const session: SyncSession = new SyncSession(
    systemWorld,
    taskSpec(sourceUrl, targetUrl, spec),
    events,
    setting,
  );
  const outcome = session.run();
  let ended: { readonly by: unknown } | undefined;
  outcome.then(
    (by) => (ended = { by }),
    (by: unknown) => (ended = { by }),
  );
  const reached = (phase: Phase): Promise<void> =>
    poll(`phase ${phase}`, () => {
      if (ended && !phases.includes(phase))
        throw new Error(`the run ended before phase ${phase}: ${String(ended.by)}\n${told.join('\n')}`);
      return phases.includes(phase);
    });
  return { session, outcome, told, faults, phases, questions, reached };
}

/** Waits until something holds. @throws Error after a minute */
export async function poll(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const endMs = Date.now() + DEADLINE_MS;
  while (!(await holds())) {
    if (Date.now() > endMs) throw new Error(`not within ${DEADLINE_MS / 1000} s: ${what}`);
    await pause(20);
  }
}
