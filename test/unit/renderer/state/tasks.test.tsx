// @vitest-environment jsdom
import { act, renderHook } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import {
  putReport,
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

it('figures are as old as the time since they came, by the clock of this machine', () => {
  vi.useFakeTimers({ now: 1000 });
  try {
    const heard = () => useTaskStore.getState().byId.a?.heardAtMs;
    replaceTasks([a]);
    vi.setSystemTime(2000);
    putTask({ ...a, name: 'the same figures' });
    replaceTasks([a]);
    expect(heard()).toBe(1000);
    putReport({ ...a, metrics: metrics({ atMs: 7 }) });
    expect(heard()).toBe(2000);
  } finally {
    vi.useRealTimers();
  }
});

it('a list that arrives takes the place of all that was there', () => {
  replaceTasks([a]);
  replaceTasks([b]);
  expect(Object.keys(useTaskStore.getState().byId)).toEqual(['b']);
  expect(useTaskStore.getState().loaded).toBe(true);
});
