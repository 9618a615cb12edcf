import { judge } from '../model/judgement.ts';
import type { ShownTask } from './task-sentence.ts';

/** How all tasks together are: `1 failed · 1 in trouble · 3 in step`. `failed`, `differing` and `in trouble` need somebody; whoever is at rest is not counted. */
export function summarise(tasks: readonly ShownTask[], nowMs: number): string {
  const count = { failed: 0, differing: 0, 'in trouble': 0, 'at work': 0, 'in step': 0 };
  for (const task of tasks) {
    const { status } = judge(task, nowMs);
    if (status === 'failed') count.failed += 1;
    else if (status === 'differs') count.differing += 1;
    else if (status === 'retrying' || status === 'restarting' || status === 'unheard')
      count['in trouble'] += 1;
    else if (status === 'in-step') count['in step'] += 1;
    else if (status !== 'paused' && status !== 'stopped' && status !== 'completed') count['at work'] += 1;
  }
  return Object.entries(count)
    .filter(([, number]) => number > 0)
    .map(([word, number]) => `${number} ${word}`)
    .join(' · ');
}
