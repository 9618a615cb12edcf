import type { RunningTask } from '../../backend/run-task.ts';
import type { OutputEnd } from './output-end.ts';

const STOPPING = 'Stopping: what the source has written so far is applied first. Once more stops at once.';

/**
 * Passes Ctrl-C on to all that run: the first lets them catch up, the second stops them at their checkpoints, the third kills.
 * So does the end of whoever reads the output, by the second way. @returns a function that ends that
 */
export function heedInterrupts(
  tasks: readonly RunningTask[],
  output: OutputEnd,
  tell: (text: string) => void,
): () => void {
  let interrupts = 0;
  const interrupt = (): void => {
    interrupts += 1;
    if (interrupts === 1) tell(STOPPING);
    for (const task of tasks) {
      if (interrupts > 2) task.kill('the engine was killed, as it was told to stop for the third time');
      else task.stop(interrupts === 1 ? 'drain' : 'now');
    }
  };
  output.signal.addEventListener('abort', () => {
    for (const task of tasks) task.stop('now');
  });
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return () => {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  };
}
