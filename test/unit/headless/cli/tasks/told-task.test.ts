import { expect, test } from 'vitest';
import { findTask } from '../../../../../electron/headless/cli/tasks/find-task.ts';
import { tableOf, toldTask } from '../../../../../electron/headless/cli/tasks/told-task.ts';
import { task } from '../../../../support/page/fixtures.ts';

const named = (id: string, name: string): { id: string; name: string } => ({ id, name });

test('a task is found by its id before any name, or by a name that only one has', () => {
  const tasks = [named('a1', 'orders'), named('b2', 'users'), named('orders', 'users')];

  expect(findTask(tasks, 'a1')).toBe(tasks[0]);
  expect(findTask(tasks, 'orders')).toBe(tasks[2]);
  expect(() => findTask(tasks, 'users')).toThrow(
    expect.objectContaining({ code: 'USAGE', message: expect.stringContaining('b2, orders') }),
  );
  expect(() => findTask(tasks, 'redis://:secret@h')).toThrow(
    expect.objectContaining({ code: 'NOT_FOUND', message: expect.not.stringContaining('secret') }),
  );
});

test('a task is told as its page tells it, without what is large or nobody’s business', () => {
  const view = task('Orders');
  const told = toldTask(view, Date.now());

  expect(told).toMatchObject({
    ...{ id: 'orders', name: 'Orders', group: null, status: 'in-step', tone: 'good' },
    source: 'orders.eu-west.example.net:6379',
    sentence: expect.stringMatching(/^In step: /),
  });
  expect(JSON.stringify(told)).not.toMatch(/certificate|hasKey/);
});

test('what was last heard long ago is not called in step', () => {
  const view = task('Orders');

  expect(toldTask(view, view.metrics!.atMs + 60_000)).toMatchObject({ status: 'unheard', tone: 'warn' });
});

test('a table is as wide as what stands in it', () => {
  const tasks = [task('Orders'), task('A longer name', { state: 'stopped', phase: 'ended' })];
  const lines = tableOf(tasks.map((one) => toldTask(one, Date.now()))).split('\n');

  expect(lines).toHaveLength(3);
  expect(lines[1]).toMatch(/^orders {9}Orders {9}In step {2}orders\.eu-west/);
  expect(lines[2]).toMatch(/^a-longer-name {2}A longer name {2}Stopped {2}a-longer-name\./);
});
