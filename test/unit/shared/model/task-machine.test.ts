import { describe, expect, test } from 'vitest';
import { nextState, TASK_SIGNALS, type TaskSignal } from '../../../../shared/model/task-machine.ts';
import { isActive, taskStateSchema, type TaskState } from '../../../../shared/model/task-view.ts';

/** One row a state, one column a signal; `-` is not allowed. */
const TABLE = `
             start     pause   resume   stop      release    up        up-paused  retry    died        finished  completed  failed   released  readdress
stopped      starting  -       -        -         releasing  -         -          -        -           -         -          -        -         -
failed       starting  -       -        -         releasing  -         -          -        -           -         -          -        -         -
completed    starting  -       -        -         releasing  -         -          -        -           -         -          -        -         -
starting     -         -       -        stopping  -          running   paused     running  restarting  stopped   completed  failed   -         -
running      -         paused  -        stopping  -          running   paused     running  restarting  stopped   completed  failed   -         -
paused       -         -       running  stopping  -          running   paused     paused   restarting  stopped   completed  failed   -         restarting
restarting   -         -       -        stopping  -          running   paused     running  restarting  stopped   completed  failed   -         -
stopping     -         -       -        stopping  -          stopping  stopping   -        stopped     stopped   completed  stopped  -         -
releasing    -         -       -        -         -          -         -          -        -           -         -          failed   stopped   -
`;

const [head, ...rows] = TABLE.trim()
  .split('\n')
  .map((line) => line.trim().split(/\s+/));

describe('the states of a task', () => {
  test('the table names every state and every signal', () => {
    expect(head!.toSorted()).toEqual([...TASK_SIGNALS].toSorted());
    expect(rows.map(([state]) => state).toSorted()).toEqual([...taskStateSchema.options].toSorted());
  });

  for (const [state, ...results] of rows) {
    test.each(results.map((result, index) => [head![index] as TaskSignal, result] as const))(
      `${state}: %s leads to %s`,
      (signal, result) => {
        expect(nextState(state as TaskState, signal)).toBe(result === '-' ? undefined : result);
      },
    );
  }

  test('an engine that works for a task never ends in a state that is started anew without having ended', () => {
    for (const state of taskStateSchema.options)
      if (isActive(state)) expect(nextState(state, 'start')).toBeUndefined();
      else expect(nextState(state, 'start')).toBe('starting');
  });
});
