import type { FollowedTask } from './followed-task.ts';

const LOOK_EACH_MS = 200;

/** Resolves once the task has been in step for so long, breaks left out, or has ended. */
export async function inStepFor(task: Pick<FollowedTask, 'phase'>, ms: number): Promise<void> {
  let leftMs = ms;
  while (leftMs > 0 && task.phase !== 'ended') {
    const beganMs = performance.now();
    await new Promise((resolve) => setTimeout(resolve, LOOK_EACH_MS));
    if (task.phase === 'in-step') leftMs -= performance.now() - beganMs;
  }
}
