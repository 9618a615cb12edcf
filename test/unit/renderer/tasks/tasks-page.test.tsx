// @vitest-environment jsdom
import { screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { searchFor } from '../../../../renderer/tasks/list/search.ts';
import { selectNone } from '../../../../renderer/tasks/list/selection.ts';
import { useTaskStore } from '../../../../renderer/state/tasks.ts';
import { useTaskOrder } from '../../../../renderer/tasks/task-order.ts';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import type { TaskView } from '../../../../shared/model/task-view.ts';
import { draft, metrics, task } from '../../../support/page/fixtures.ts';
import { mountPage, type MountedPage } from '../../../support/page/mount-page.tsx';

let page: MountedPage | undefined;
beforeEach(() => useTaskOrder.setState({ column: 'status', descending: false }));
afterEach(() => {
  page?.close();
  selectNone();
  searchFor('');
});

const lagging = (name: string, seconds: number) =>
  task(name, { metrics: metrics({ lag: { bytes: 0, seconds } }) });

const names = (): (string | null)[] =>
  within(screen.getByRole('table'))
    .getAllByRole('link')
    .map((link) => link.textContent);

it('lists each task with its state, its sentence and its figures', async () => {
  page = mountPage({ tasks: [task('Orders')] });
  const row = await screen.findByRole('row', { name: /Orders/ });
  for (const text of ['In step', '0.3 s behind, 12,402 commands/s', '50.0 KB', '12,402', 'no drift'])
    expect(within(row).getByText(text), text).toBeTruthy();
  expect(document.title).toBe('Tasks – Lockstep');
});

it('sorts by a column, and says so', async () => {
  page = mountPage({ tasks: [lagging('near', 0.2), lagging('far', 60), lagging('middle', 5)] });
  const user = userEvent.setup();
  await screen.findByRole('table');
  expect(names()).toEqual(['far', 'middle', 'near']);
  await user.click(screen.getByRole('button', { name: 'Lag' }));
  await user.click(screen.getByRole('button', { name: 'Lag' }));
  expect(names()).toEqual(['near', 'middle', 'far']);
  expect(screen.getByRole('columnheader', { name: 'Lag' }).getAttribute('aria-sort')).toBe('ascending');
  expect(screen.getByRole('columnheader', { name: 'Task' }).getAttribute('aria-sort')).toBe('none');
});

it('a task that fails rises to the top at once', async () => {
  page = mountPage({ tasks: [task('a'), task('b')] });
  await screen.findByRole('table');
  page.changeTask('b', { state: 'failed' });
  await waitFor(() => expect(names()).toEqual(['b', 'a']));
});

// In jsdom nothing has a place, so a menu takes what it belongs to for scrolled away, and hides.
const menuItem = (name: string): Promise<HTMLElement> =>
  screen.findByRole('menuitem', { name, hidden: true });

const ended = { atMs: 1, fact: 'it was found so' };

it.each<[Partial<TaskView>, string | null, string | null]>([
  [{ state: 'failed', failure: { code: 'RDB_BROKEN', ...ended } }, 'Start again Orders', null],
  [
    { state: 'failed', failure: { code: 'SPOOL_DISK', ...ended } },
    'Edit the settings of Orders',
    'Start again…',
  ],
  [
    { state: 'failed', failure: { code: 'OWN_KEY_READ', ...ended } },
    'Set up another task than Orders',
    'Start again…',
  ],
  [{ state: 'failed', failure: { code: 'TARGET_HANDED_OVER', ...ended } }, null, 'Start again all the same…'],
  [{ state: 'stopped', moved: true }, null, 'Resume all the same…'],
])('offers in a line what leads on, and the rest in its menu: %#', async (change, button, item) => {
  page = mountPage({ tasks: [task('Orders', { phase: 'ended', ...change })] });
  const row = await screen.findByRole('row', { name: /Orders/ });
  const offered = within(row)
    .getAllByRole('button')
    .map((found) => found.getAttribute('aria-label'));
  expect(offered).toEqual([...(button === null ? [] : [button]), 'More about Orders']);
  await userEvent.click(within(row).getByRole('button', { name: 'More about Orders' }));
  await menuItem('Delete…');
  const starts = screen
    .getAllByRole('menuitem', { hidden: true })
    .map((found) => found.textContent)
    .filter((text) => /start|resume/i.test(text ?? ''));
  expect(starts).toEqual(item === null ? [] : [item]);
});

/** Opens the question whether the task is to be deleted. */
async function askToDelete(): Promise<HTMLElement> {
  page = mountPage({ tasks: [task('Orders', { state: 'stopped' })] });
  await userEvent.click(await screen.findByRole('button', { name: 'More about Orders' }));
  await userEvent.click(await menuItem('Delete…'));
  return screen.findByRole('dialog');
}

it('asks before a task is deleted, with the focus on Cancel', async () => {
  const dialog = await askToDelete();
  expect(dialog.textContent).toContain('Delete “Orders”?');
  await waitFor(() => expect(document.activeElement?.textContent).toBe('Cancel'));
  await userEvent.keyboard('{Enter}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  await waitFor(() => expect(document.activeElement?.getAttribute('aria-label')).toBe('More about Orders'));
  expect(names()).toEqual(['Orders']);
});

it('deletes a task when that was confirmed', async () => {
  const dialog = await askToDelete();
  await userEvent.click(within(dialog).getByRole('button', { name: 'Delete the task' }));
  expect(await screen.findByText('No synchronisation yet')).toBeTruthy();
});

it('a running task has to be stopped before it is deleted', async () => {
  page = mountPage({ tasks: [task('Orders')] });
  await userEvent.click(await screen.findByRole('button', { name: 'More about Orders' }));
  const item = await menuItem('Delete (stop it first)');
  expect(item).toHaveProperty('disabled', true);
});

it('offers to resume what ran when the application ended', async () => {
  const offered = (name: string) => task(name, { state: 'stopped', resumeOffered: true });
  page = mountPage({ tasks: [offered('a'), offered('b')] });
  const user = userEvent.setup();
  await screen.findByText('2 tasks ran when Lockstep ended');
  await user.click(screen.getByRole('button', { name: 'Leave stopped: a' }));
  await screen.findByText('One task ran when Lockstep ended');
  await user.click(within(screen.getByRole('list')).getByRole('button', { name: 'Resume b' }));
  await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Resume' }));
  await waitFor(() => expect(screen.queryByText(/ran when Lockstep ended$/)).toBeNull());
  expect(within(screen.getByRole('row', { name: /^Select b/ })).getByText('In step')).toBeTruthy();
});

it('several tasks are stopped after a question that names them, and none that the search hides', async () => {
  page = mountPage({ tasks: [task('Orders'), task('Sessions'), task('Mail', { state: 'stopped' })] });
  const user = userEvent.setup();
  await user.click(await screen.findByRole('checkbox', { name: 'Select all tasks of the list' }));
  await screen.findByText('3 selected');
  await user.type(screen.getByRole('searchbox', { name: 'Search the tasks' }), 'in step');
  await user.click(await screen.findByRole('button', { name: 'Stop' }));
  const dialog = await screen.findByRole('dialog');
  expect(within(dialog).getByRole('list').textContent).toMatch(/^Orders .*Sessions /);
  expect(names()).toEqual(['Orders', 'Sessions']);
  await user.click(within(dialog).getByRole('button', { name: 'Stop 2 tasks' }));
  await waitFor(() => expect(useTaskStore.getState().byId['sessions']?.state).toBe('stopped'));
  expect(useTaskStore.getState().byId['orders']?.state).toBe('stopped');
});

it('an unfinished set-up can be gone on with or deleted', async () => {
  page = mountPage({ drafts: [draft('d1', { name: 'Orders', step: 3 })] });
  expect((await screen.findByRole('link', { name: 'Continue Orders' })).getAttribute('href')).toBe(
    '#/setup/d1',
  );
  await userEvent.click(screen.getByRole('button', { name: 'Delete Orders' }));
  await userEvent.click(await screen.findByRole('button', { name: 'Delete the set-up' }));
  await waitFor(() => expect(screen.queryByText('Unfinished set-ups')).toBeNull());
});

it('without redis-server the sandbox says what is missing', async () => {
  page = mountPage({ info: { canSandbox: false } });
  const button = await screen.findByRole('button', { name: 'Try it on two sandbox servers' });
  expect(button).toHaveProperty('disabled', true);
  expect(document.getElementById(button.getAttribute('aria-describedby') ?? '')?.textContent).toContain(
    'They need redis-server on this machine.',
  );
});

it('the sandbox leads to its task', async () => {
  page = mountPage({});
  const button = await screen.findByRole('button', { name: 'Try it on two sandbox servers' });
  await waitFor(() => expect(button).toHaveProperty('disabled', false));
  await userEvent.click(button);
  await waitFor(() => expect(window.location.hash).toBe('#/tasks/sandbox/overview'));
});

it('a sandbox with a cluster is begun as that, and no other beside it', async () => {
  const asked: unknown[] = [];
  page = mountPage({
    answers: {
      'sandbox.start': (params: unknown) => {
        asked.push(params);
        return new Promise(() => undefined);
      },
    },
  });
  const button = await screen.findByRole('button', { name: 'Try it with a sandbox cluster' });
  await waitFor(() => expect(button).toHaveProperty('disabled', false));
  await userEvent.click(button);
  expect(asked).toEqual([{ kind: 'cluster' }]);
  expect(screen.getByRole('button', { name: 'Try it on two sandbox servers' })).toHaveProperty(
    'disabled',
    true,
  );
});

it('when the application is gone the last figures stay, and come alive again with it', async () => {
  page = mountPage({ tasks: [task('Orders')] });
  await screen.findByText('Orders');
  page.goAway();
  expect((await screen.findByRole('alert')).textContent).toContain('What you see is as it was last.');
  expect(names()).toEqual(['Orders']);
  page.comeBack();
  await userEvent.click(screen.getByRole('button', { name: 'Try now' }));
  await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
});

it('a list that cannot be had says why, and can be asked for again', async () => {
  let broken = true;
  page = mountPage({
    answers: {
      'task.list': () => {
        if (broken) throw new LockstepError('STORE_UNWRITABLE', 'the folder cannot be read');
        return [task('Orders')];
      },
    },
  });
  expect((await screen.findByRole('alert')).textContent).toContain('The folder cannot be read.');
  broken = false;
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByText('Orders')).toBeTruthy();
});
