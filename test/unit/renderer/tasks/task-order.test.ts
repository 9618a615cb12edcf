import { beforeEach, expect, it } from 'vitest';
import { compareTasks, sortBy, useTaskOrder, type TaskOrder } from '../../../../renderer/tasks/task-order.ts';
import { drift, metrics, task } from '../../../support/page/fixtures.ts';

const lagging = (name: string, seconds: number) =>
  task(name, { metrics: metrics({ lag: { bytes: 0, seconds } }) });
const sorted = (tasks: readonly ReturnType<typeof task>[], order: TaskOrder): string =>
  [...tasks]
    .sort(compareTasks(order, Date.now()))
    .map(({ name }) => name)
    .join(' ');

beforeEach(() => useTaskOrder.setState({ column: 'status', descending: false }));

it('what needs somebody to look at it stands first', () => {
  const tasks = [
    task('stopped', { state: 'stopped' }),
    task('b'),
    task('a'),
    task('held', { phase: 'reconnecting' }),
    task('failed', { state: 'failed' }),
    task('copying', { phase: 'full-copy' }),
  ];
  expect(sorted(tasks, useTaskOrder.getState())).toBe('failed held copying a b stopped');
});

it('names sort as people count', () => {
  expect(sorted([task('db 10'), task('db 9')], { column: 'name', descending: false })).toBe('db 9 db 10');
});

it('a lag that is no longer true counts for nothing', () => {
  const stopped = task('stopped', { state: 'stopped', metrics: metrics({ lag: { bytes: 0, seconds: 99 } }) });
  expect(sorted([stopped, lagging('near', 0), lagging('far', 5)], { column: 'lag', descending: true })).toBe(
    'far near stopped',
  );
});

it('an unknown drift is the least', () => {
  const differing = (name: string, difference: number | null) => task(name, { drift: drift({ difference }) });
  const tasks = [differing('unknown', null), differing('none', 0), differing('some', 3)];
  expect(sorted(tasks, { column: 'drift', descending: true })).toBe('some none unknown');
});

it('the same column again turns the order round; figures begin with the largest', () => {
  sortBy('name');
  expect(useTaskOrder.getState()).toEqual({ column: 'name', descending: false });
  sortBy('name');
  expect(useTaskOrder.getState()).toEqual({ column: 'name', descending: true });
  sortBy('lag');
  expect(useTaskOrder.getState()).toEqual({ column: 'lag', descending: true });
});
