// @vitest-environment jsdom
import { act, renderHook, screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, it } from 'vitest';
import { useSelection } from '../../../../renderer/comparison/use-selection.ts';
import type { Difference } from '../../../../shared/model/comparison.ts';
import type { TaskState } from '../../../../shared/model/task-view.ts';
import { task } from '../../../support/page/fixtures.ts';
import { completeJsdom } from '../../../support/page/in-jsdom.ts';
import { mountPage, type MountedPage } from '../../../support/page/mount-page.tsx';
import { comparison, report } from '../../../support/page/task-figures/comparison.ts';

completeJsdom();
let page: MountedPage | undefined;
afterEach(() => page?.close());

const differing = (key: string, change: Partial<Difference> = {}): Difference => ({
  ...{ kind: 'value', source: '', target: '', db: 0, key },
  ...change,
});
const [a, b, c] = [differing('a'), differing('b'), differing('c', { kind: 'missing-on-source' })];
const library = differing('lib', { db: null, kind: 'function' });

it('keys are ticked one by one or all that are shown, and those that a filter hides do not count', () => {
  const { result, rerender } = renderHook((shown: readonly Difference[]) => useSelection(shown), {
    initialProps: [a, b, c, library],
  });
  expect(result.current).toMatchObject({ picked: [], share: 'none' });
  act(() => result.current.toggle(b));
  expect(result.current).toMatchObject({ picked: [b], share: 'some' });
  act(() => result.current.toggleAll());
  // A library is none of a database's keys.
  expect(result.current).toMatchObject({ picked: [a, b, c], share: 'all' });
  rerender([c]);
  expect(result.current).toMatchObject({ picked: [c], share: 'all' });
  act(() => result.current.toggleAll());
  rerender([a, b, c, library]);
  expect(result.current).toMatchObject({ picked: [a, b], share: 'some' });
  act(() => result.current.clear());
  expect(result.current.picked).toEqual([]);
});

const asked: unknown[] = [];
function open(state: TaskState): void {
  asked.length = 0;
  page = mountPage(
    {
      tasks: [task('orders', { state })],
      answers: {
        'comparison.state': () => comparison('orders', { report: report(15) }),
        'task.repair': (params) => {
          asked.push(params);
          return {
            ...{ taskId: 'orders', status: 'done', kind: params.kind, total: 1, left: 0, reason: null },
            ...{ startedAtMs: 1, endedAtMs: 2, counts: {}, keys: [] },
          };
        },
      },
    },
    '#/tasks/orders/drift',
  );
}

it('those of the filter are copied again, or removed, after a question with their number', async () => {
  open('running');
  const user = userEvent.setup();
  await user.click(await screen.findByRole('checkbox', { name: 'Select all that are shown' }));
  const selected = within(screen.getByRole('group', { name: 'Selected keys' }));
  selected.getByText('14 keys selected');
  await user.click(selected.getByRole('button', { name: 'Remove these 3 from the target' }));
  await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Remove 3 keys' }));
  await user.type(screen.getByRole('searchbox'), 'Other type');
  await selected.findByText('3 keys selected');
  await user.click(selected.getByRole('button', { name: 'Copy these 3 keys again' }));
  await user.click(
    within(await screen.findByRole('dialog')).getByRole('button', { name: 'Copy 3 keys again' }),
  );
  expect(asked).toMatchObject([
    { kind: 'remove', keys: [{ db: 1 }, { db: 0 }, { db: 2 }] },
    { kind: 'copy', keys: [{ key: btoa('session:\xff\x00:"quoted", with a comma') }, {}, {}] },
  ]);
});

it('nothing is offered of a task that does not run', async () => {
  open('stopped');
  await userEvent.click(await screen.findByRole('checkbox', { name: 'Select all that are shown' }));
  const selected = within(screen.getByRole('group', { name: 'Selected keys' }));
  expect(selected.getByRole('button', { name: /^Copy these/ })).toHaveProperty('disabled', true);
  selected.getByText(/does not run/);
});
