import { expect, test } from 'vitest';
import { leavingQuestion } from '../../../electron/main/leaving-question.ts';

test('nothing is asked where nothing works', () => {
  expect(leavingQuestion([], 0)).toBeUndefined();
});

test.each([
  [1, 0, '1 task is running', 'Stop tasks and quit'],
  [2, 0, '2 tasks are running', 'Stop tasks and quit'],
  [0, 1, '1 rehearsal is running', 'Break off and quit'],
  [1, 2, '1 task and 2 rehearsals are running', 'Stop tasks and quit'],
])('%d tasks and %d rehearsals', (tasks, rehearsals, message, leave) => {
  const names = Array.from({ length: tasks }, (_, i) => ({ name: `task ${i}` }));
  const question = leavingQuestion(names, rehearsals)!;
  expect(question).toMatchObject({ message, leave });
  for (const { name } of names) expect(question.detail).toContain(name);
  expect(question.detail.includes('broken off')).toBe(rehearsals > 0);
});
