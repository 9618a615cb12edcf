// @vitest-environment jsdom
import { screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { useTaskStore } from '../../../../renderer/state/tasks.ts';
import { useTaskOrder } from '../../../../renderer/tasks/task-order.ts';
import type { TaskView } from '../../../../shared/model/task-view.ts';
import { endpoint, task } from '../../../support/page/fixtures.ts';
import { mountPage, type MountedPage } from '../../../support/page/mount-page.tsx';

let page: MountedPage | undefined;
beforeEach(() => useTaskOrder.setState({ column: 'status', descending: false }));
afterEach(() => page?.close());

const GROUP = { id: 'g', name: 'Orders' };
const member = (host: string, change: Partial<TaskView> = {}): TaskView => ({
  ...task(host, change),
  name: `Orders (${host}:6379)`,
  source: endpoint('source', 'dublin'),
  target: endpoint('target', host),
  group: GROUP,
});
const broken = (host: string): TaskView =>
  member(host, {
    phase: 'reconnecting',
    trouble: { code: 'TARGET_UNREACHABLE', fact: 'refused', atMs: Date.now(), giveUpAtMs: null },
  });

function open(tasks: readonly TaskView[], hash = '#/groups/g'): void {
  page = mountPage({ tasks }, hash);
}
/** As the page knows it. */
const taskOf = (id: string): TaskView => useTaskStore.getState().byId[id]!;
const row = async (name: RegExp): Promise<HTMLElement> =>
  within(await screen.findByRole('table', { name: 'Targets' })).getByRole('row', { name });

it('says of a group how its worst target is, and has a line for each', async () => {
  open([member('oslo'), broken('madrid'), task('alone')]);
  await screen.findByRole('heading', { name: 'Orders, 2 targets' });
  const sentence = /^madrid:6379: Reconnecting.*The other one: in step$/;
  expect(screen.getByText(sentence, { selector: 'p' })).toBeTruthy();
  expect(within(await row(/madrid/)).getByText('Reconnecting')).toBeTruthy();
  const well = within(await row(/oslo/));
  for (const text of ['In step', '0.3 s', '12,402/s', '18,411,190', 'no drift', '50.0 KB'])
    expect(well.getAllByText(text).length, text).toBeGreaterThan(0);
  expect(screen.queryByRole('link', { name: /alone/ })).toBeNull();
  expect(document.title).toBe('Orders, 2 targets – Lockstep');
});

it('pauses, resumes and stops all that allow it', async () => {
  open([member('oslo'), member('madrid', { state: 'paused', phase: 'paused' }), task('alone')]);
  const user = userEvent.setup();
  await user.click(await screen.findByRole('button', { name: 'Pause all' }));
  await waitFor(() => expect(taskOf('oslo').state).toBe('paused'));
  expect(screen.queryByRole('button', { name: 'Pause all' })).toBeNull();
  await user.click(screen.getByRole('button', { name: 'Resume all' }));
  await waitFor(() => expect(taskOf('madrid').state).toBe('running'));
  expect(taskOf('oslo').state).toBe('running');
  await user.click(screen.getByRole('button', { name: 'Stop all' }));
  const dialog = await screen.findByRole('dialog', { name: 'Stop all of “Orders, 2 targets”?' });
  expect(dialog.textContent).toMatch(/oslo:6379|madrid:6379/);
  await user.click(within(dialog).getByRole('button', { name: 'Stop 2 tasks' }));
  await waitFor(() => expect(taskOf('madrid').state).toBe('stopped'));
  expect(taskOf('alone').state).toBe('running');
});

it('takes a target out once it is chosen what becomes of it', async () => {
  open([member('oslo'), member('madrid'), member('paris')]);
  const user = userEvent.setup();
  await user.click(await screen.findByRole('button', { name: 'Take madrid:6379 out of the group' }));
  let dialog = await screen.findByRole('dialog');
  await user.click(within(dialog).getByRole('button', { name: 'Take it out' }));
  await waitFor(() => expect(taskOf('madrid').group).toBeNull());
  expect(taskOf('madrid').state).toBe('running');
  await waitFor(() => expect(screen.queryByRole('link', { name: 'madrid:6379' })).toBeNull());
  await waitFor(() => expect(document.activeElement?.id).toBe('main'));

  await user.click(screen.getByRole('button', { name: 'Take oslo:6379 out of the group' }));
  dialog = await screen.findByRole('dialog');
  await user.click(within(dialog).getByRole('radio', { name: /handed over/ }));
  await user.click(within(dialog).getByRole('button', { name: 'Take it out' }));
  await waitFor(() => expect(taskOf('oslo')).toMatchObject({ state: 'stopped', group: null }));
  expect(taskOf('oslo').targetStanding).toBe('exact');
});

it('begins a set-up for a further target, with the source of the group as it is', async () => {
  open([member('oslo'), member('madrid')]);
  await userEvent.click(await screen.findByRole('button', { name: 'Add target' }));
  await screen.findByRole('heading', { name: 'New target of “Orders, 2 targets”' });
  const source = within(screen.getByRole('region', { name: 'Source' }));
  expect(source.getByText('dublin:6379')).toBeTruthy();
  expect(source.queryByRole('textbox', { name: 'Host' })).toBeNull();
  expect(
    within(screen.getByRole('region', { name: 'Target' })).getByRole('textbox', { name: 'Host' }),
  ).toBeTruthy();
});

it('says that it is gone when it is', async () => {
  open([task('alone')]);
  await screen.findByText('This group is no longer there');
  expect(screen.getByRole('link', { name: 'Go to the list of tasks' })).toBeTruthy();
});

it('is a line of the list, with those of its tasks below, and follows the order that is chosen', async () => {
  open([member('oslo'), task('alone'), broken('madrid')], '#/tasks');
  const table = await screen.findByRole('table', { name: 'Tasks' });
  const names = (): (string | null)[] =>
    within(table)
      .getAllByRole('link')
      .map((link) => link.textContent);
  expect(names()).toEqual(['Orders, 2 targets', 'Orders (madrid:6379)', 'Orders (oslo:6379)', 'alone']);
  const group = within(screen.getByRole('row', { name: /^Select all of Orders, 2 targets/ }));
  expect(group.getByText('Reconnecting')).toBeTruthy();
  expect(group.getByRole('link').getAttribute('href')).toBe('#/groups/g');
  await userEvent.click(within(table).getByRole('button', { name: 'Task' }));
  expect(names()).toEqual(['alone', 'Orders, 2 targets', 'Orders (madrid:6379)', 'Orders (oslo:6379)']);
});

it('is begun from the line of a task that stands alone, which leads to no group before there is another', async () => {
  open([task('Orders')], '#/tasks');
  await userEvent.click(await screen.findByRole('button', { name: 'More about Orders' }));
  // In jsdom nothing has a place, so a menu hides.
  await userEvent.click(await screen.findByRole('menuitem', { name: 'Add another target…', hidden: true }));
  await screen.findByRole('heading', { name: 'New target of “Orders”' });
  expect(taskOf('orders').group).toEqual({ id: 'group-orders', name: 'Orders' });
  location.hash = '#/tasks/orders/overview';
  await screen.findByRole('heading', { name: 'Orders' });
  expect(screen.queryByText('in the group')).toBeNull();
});

it('is led to from the page of each of its tasks', async () => {
  open([member('oslo'), member('madrid')], '#/tasks/oslo/overview');
  const link = await screen.findByRole('link', { name: 'Orders, 2 targets' });
  expect(link.getAttribute('href')).toBe('#/groups/g');
});
