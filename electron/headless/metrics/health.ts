import type { MeasuredTask } from './measured-task.ts';

/** What a scheduler is told of a process. */
export interface Health {
  /** It does what it is there for, be that to wait: otherwise it is to be started anew. */
  readonly live: boolean;
  /** It is past its beginnings: a rollout may go on with the next one. */
  readonly ready: boolean;
  readonly text: string;
}

/** An engine tells its figures once a second; one that is silent for so long is ended by the command line itself. */
const SILENT_MS = 75_000;

const BEGINNING: ReadonlySet<string> = new Set([
  'starting',
  'connecting',
  'retrying',
  'restarting',
  'failed',
]);

/** Of a process that stands by: it does what it is there for, and could begin if the target could be asked. */
export const healthOfWaiting = (reached: boolean): Health => ({
  ...{
    live: true,
    ready: reached,
    text: reached ? 'standing by' : 'standing by; the target cannot be asked',
  },
});

/** Of tasks that this process runs. `nowMs`: by the clock of their engines. */
export function healthOf(tasks: readonly MeasuredTask[], nowMs: number): Health {
  const silent = tasks.filter(({ metrics, startedAtMs, atWork }) => {
    const heardAtMs = metrics?.atMs ?? startedAtMs;
    return atWork && heardAtMs !== null && nowMs - heardAtMs > SILENT_MS;
  });
  const beginning = tasks.filter(({ judgement }) => BEGINNING.has(judgement.status));
  return {
    live: silent.length === 0,
    ready: silent.length === 0 && beginning.length === 0,
    text: tasks.map(({ task, target, judgement }) => `${task} → ${target}: ${judgement.status}`).join('\n'),
  };
}
