// @vitest-environment jsdom
import { act, renderHook } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import {
  putTask,
  removeTask,
  replaceTasks,
  useOfTasks,
  useTask,
  useTaskIds,
  useTaskStore,
} from '../../../../renderer/state/tasks.ts';
import { metrics, task } from '../../../support/page/fixtures.ts';

afterEach(() => useTaskStore.setState({ byId: {}, loaded: false, fault: null }));

/** What the hook gave each time its component rendered. */
function rendersOf<T>(hook: () => T): T[] {
  const seen: T[] = [];
  renderHook(() => seen.push(hook()));
  return seen;
}

const a = task('a', { createdAtMs: 1 });
const b = task('b', { createdAtMs: 2 });

it('a component that looks at one task renders with that task alone', () => {
  replaceTasks([a, b]);
  const seen = rendersOf(() => useTask('a')?.name);
  act(() => putTask({ ...b, name: 'B' }));
  expect(seen).toEqual(['a']);
  act(() => putTask({ ...a, name: 'A' }));
  expect(seen).toEqual(['a', 'A']);
});

it('a list renders only when its members or their order change', () => {
  replaceTasks([b, a]);
  const seen = rendersOf(() => useTaskIds());
  act(() => putTask({ ...a, metrics: metrics({ faults: 7 }) }));
  expect(seen).toEqual([['a', 'b']]);
  act(() => removeTask('a'));
  expect(seen).toEqual([['a', 'b'], ['b']]);
});

it('a count renders only when it changes', () => {
  replaceTasks([a, b]);
  const seen = rendersOf(() => useOfTasks((tasks) => tasks.filter(({ state }) => state === 'failed').length));
  act(() => putTask({ ...a, name: 'A' }));
  act(() => putTask({ ...a, state: 'failed' }));
  expect(seen).toEqual([0, 1]);
});

it('a list that arrives takes the place of all that was there', () => {
  replaceTasks([a]);
  replaceTasks([b]);
  expect(Object.keys(useTaskStore.getState().byId)).toEqual(['b']);
  expect(useTaskStore.getState().loaded).toBe(true);
});
