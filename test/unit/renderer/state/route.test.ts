// @vitest-environment jsdom
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { href, navigate, parseRoute, TASK_TABS, type Route } from '../../../../renderer/state/route.ts';

const id = fc.stringMatching(/^[a-z0-9-]{1,40}$/);
const routes: fc.Arbitrary<Route> = fc.oneof(
  fc.constant<Route>({ page: 'tasks' }),
  fc.constant<Route>({ page: 'settings' }),
  id.map((draftId): Route => ({ page: 'setup', draftId })),
  fc.tuple(id, fc.constantFrom(...TASK_TABS)).map(([task, tab]): Route => ({ page: 'task', id: task, tab })),
);

it('an address leads where it was made for', () => {
  fc.assert(
    fc.property(routes, (route) => {
      expect(parseRoute(href(route))).toEqual(route);
    }),
  );
});

it('an address that leads nowhere leads to the list of tasks', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(['tasks', 'task', 'setup', 'settings']).toContain(parseRoute(text).page);
    }),
  );
  for (const hash of ['', '#', '#/', '#/nothing', '#/setup', '#/setup/', '#/%'])
    expect(parseRoute(hash), hash).toEqual({ page: 'tasks' });
});

it('a task whose tab is not known is shown from its beginning', () => {
  expect(parseRoute('#/tasks/orders')).toEqual({ page: 'task', id: 'orders', tab: 'overview' });
  expect(parseRoute('#/tasks/orders/colours')).toEqual({ page: 'task', id: 'orders', tab: 'overview' });
});

it('going somewhere changes the address', () => {
  navigate({ page: 'task', id: 'orders', tab: 'drift' });
  expect(window.location.hash).toBe('#/tasks/orders/drift');
});
