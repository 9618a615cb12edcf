// @vitest-environment jsdom
import { screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, it } from 'vitest';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import type { TaskOutlook } from '../../../../shared/model/task-outlook.ts';
import { endpoint, task, watchedEndpoint } from '../../../support/page/fixtures.ts';
import { mountPage, type MountedPage } from '../../../support/page/mount-page.tsx';
import type { Scenario } from '../../../support/page/scenario.ts';
import { server } from '../../../support/page/setup-figures/servers.ts';

let page: MountedPage | undefined;
afterEach(() => page?.close());

const forgotten = task('orders', {
  name: 'Orders',
  state: 'stopped',
  source: { ...endpoint('source', 'a.example'), hasPassword: true, user: 'sync' },
  target: { ...endpoint('target', 'b.example'), hasPassword: true, tls: true, hasKey: true },
  missingSecrets: ['source', 'target'],
});

/** The page with one task, and all that it asked of the application to start it. */
function mount(
  scenario: Scenario = {},
  hash = '#/tasks',
): { asked: unknown[]; user: ReturnType<typeof userEvent.setup> } {
  const asked: unknown[] = [];
  page = mountPage(
    {
      tasks: [forgotten],
      ...scenario,
      answers: {
        'task.edit': (params, host) => {
          asked.push(['edit', params.secrets]);
          return host.changeTask('orders', { missingSecrets: [] });
        },
        'task.start': ({ id }, host) => {
          asked.push(['start', id]);
          return host.changeTask('orders', { state: 'starting' });
        },
        ...scenario.answers,
      },
    },
    hash,
  );
  return { asked, user: userEvent.setup() };
}

it('asks for what is not known, gives it to the application, and starts', async () => {
  const { asked, user } = mount();
  await user.click(await screen.findByRole('button', { name: 'Resume Orders' }));
  const start = await screen.findByRole('button', { name: 'Start' });
  expect(screen.getByText('a.example:6379, user sync')).toBeTruthy();
  expect(start).toHaveProperty('disabled', true);
  await user.type(screen.getByLabelText('Password of the source'), 'one');
  await user.type(screen.getByLabelText('Password of the target'), 'two');
  expect(start).toHaveProperty('disabled', true);
  await user.type(screen.getByLabelText('Private key of the target'), 'PEM');
  await user.click(start);
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(asked).toEqual([
    ['edit', { source: { password: 'one' }, target: { password: 'two', key: 'PEM' } }],
    ['start', 'orders'],
  ]);
});

it('Escape leaves the task as it is', async () => {
  const { asked, user } = mount();
  await user.click(await screen.findByRole('button', { name: 'Resume Orders' }));
  await screen.findByRole('dialog');
  await user.keyboard('{Escape}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  await waitFor(() => expect(document.activeElement?.getAttribute('aria-label')).toBe('Resume Orders'));
  expect(asked).toEqual([]);
});

it('a task whose passwords are known starts without them', async () => {
  const { asked, user } = mount({ tasks: [{ ...forgotten, missingSecrets: [] }] });
  await user.click(await screen.findByRole('button', { name: 'Resume Orders' }));
  await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Resume' }));
  await waitFor(() => expect(asked).toEqual([['start', 'orders']]));
  expect(screen.queryByLabelText('Password of the source')).toBeNull();
});

it('a task that never ran starts at once', async () => {
  const { asked, user } = mount({ tasks: [{ ...forgotten, missingSecrets: [], startedAtMs: null }] });
  await user.click(await screen.findByRole('button', { name: 'Start Orders' }));
  await waitFor(() => expect(asked).toEqual([['start', 'orders']]));
});

const outlook: TaskOutlook = {
  ...{ atMs: Date.now(), start: 'new-copy', reason: null, writes: 'none', faults: [] },
  ...{ sourceKeys: 1_204_000, targetKeys: 1_204_331 },
};

it('says before it goes on what that comes to, and waits for nothing', async () => {
  let answer!: (outlook: TaskOutlook) => void;
  const later = new Promise<TaskOutlook>((resolve) => (answer = resolve));
  const { asked, user } = mount({
    tasks: [{ ...forgotten, missingSecrets: [] }],
    answers: { 'task.outlook': () => later },
  });
  await user.click(await screen.findByRole('button', { name: 'Resume Orders' }));
  const dialog = await screen.findByRole('dialog', { name: 'Resume “Orders”?' });
  expect(dialog.textContent).toContain('Looking at both servers');
  expect(within(dialog).getByRole('button', { name: 'Resume' })).toHaveProperty('disabled', false);
  answer(outlook);
  await waitFor(() => expect(dialog.textContent).toContain('A new full copy is made'));
  expect(dialog.textContent).toContain('the 1,204,331 that the target holds are replaced');
  await user.click(within(dialog).getByRole('button', { name: 'Cancel' }));
  expect(asked).toEqual([]);
});

it('can be started where nothing could be found out', async () => {
  const { asked, user } = mount({
    tasks: [{ ...forgotten, missingSecrets: [] }],
    answers: {
      'task.outlook': () => {
        throw new LockstepError('ENGINE_DIED', 'it was not done within 40 s');
      },
    },
  });
  await user.click(await screen.findByRole('button', { name: 'Resume Orders' }));
  const dialog = await screen.findByRole('dialog');
  await within(dialog).findByText(/could not be found out: It was not done within 40 s/);
  await user.click(within(dialog).getByRole('button', { name: 'Resume' }));
  await waitFor(() => expect(asked).toEqual([['start', 'orders']]));
});

it('asks as well when only the application knows that a password is missing', async () => {
  const { user } = mount({
    tasks: [{ ...forgotten, missingSecrets: [] }],
    answers: {
      'task.start': () => {
        throw new LockstepError('SECRET_NEEDED', 'the password of a.example');
      },
    },
  });
  await user.click(await screen.findByRole('button', { name: 'Resume Orders' }));
  await user.click(within(await screen.findByRole('dialog')).getByRole('button', { name: 'Resume' }));
  expect(await screen.findByLabelText('Password of the source')).toBeTruthy();
});

it('says in the dialog why it did not start', async () => {
  const { user } = mount({
    tasks: [{ ...forgotten, missingSecrets: ['source'] }],
    answers: {
      'task.start': () => {
        throw new LockstepError('TASK_STATE', 'it is stopping');
      },
    },
  });
  await user.click(await screen.findByRole('button', { name: 'Resume Orders' }));
  await user.type(await screen.findByLabelText('Password of the source'), 'one{Enter}');
  expect((await screen.findByRole('alert')).textContent).toContain('The task cannot do that now');
  expect(screen.getByRole('dialog')).toBeTruthy();
});

it('stores nothing and starts nothing with a password that is refused', async () => {
  const { asked, user } = mount({
    tasks: [{ ...forgotten, target: endpoint('target', 'b.example'), missingSecrets: ['source'] }],
    answers: {
      'connection.test': ({ secrets }) => {
        if (secrets.password === 'wrong')
          throw new LockstepError('SOURCE_AUTH', 'a.example:6379: the password is refused');
        return server();
      },
    },
  });
  await user.click(await screen.findByRole('button', { name: 'Resume Orders' }));
  const field = await screen.findByLabelText('Password of the source');
  await user.type(field, 'wrong');
  await user.click(screen.getByRole('button', { name: 'Start' }));
  expect(
    await within(screen.getByRole('dialog')).findByText('The source refuses the credentials'),
  ).toBeTruthy();
  expect(asked).toEqual([]);
  await user.clear(field);
  await user.type(field, 'right');
  await user.click(screen.getByRole('button', { name: 'Start' }));
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(asked).toEqual([
    ['edit', { source: { password: 'right' } }],
    ['start', 'orders'],
  ]);
});

it('asks for the password of the Sentinels beside that of the servers, each by its name', async () => {
  const source = watchedEndpoint('source', { user: 'app', sentinelUser: 'asker' });
  const { asked, user } = mount({ tasks: [{ ...forgotten, source, missingSecrets: ['source'] }] });
  await user.click(await screen.findByRole('button', { name: 'Resume Orders' }));
  await user.type(await screen.findByLabelText('Password of the source'), 'one');
  expect(screen.getByText(/^mymaster@s1.example:26379,.*, user app$/)).toBeTruthy();
  expect(screen.getByText(/^s1.example:26379, s2.*, user asker$/)).toBeTruthy();
  await user.type(screen.getByLabelText('Password of the Sentinels of the source'), 'two');
  await user.click(screen.getByRole('button', { name: 'Start' }));
  await waitFor(() =>
    expect(asked).toEqual([
      ['edit', { source: { password: 'one', sentinelPassword: 'two' } }],
      ['start', 'orders'],
    ]),
  );
});

it('asks for the password of the Sentinels alone where these refused theirs', async () => {
  const failure = { code: 'SOURCE_SENTINEL_AUTH' as const, fact: 'WRONGPASS', atMs: 1 };
  const source = watchedEndpoint('source');
  const refused = { ...forgotten, source, state: 'failed' as const, missingSecrets: [], failure };
  const { user } = mount({ tasks: [refused] }, '#/tasks/orders/overview');
  await user.click((await screen.findAllByRole('button', { name: 'Start again' }))[0]!);
  expect((await screen.findByRole('dialog')).textContent).toContain(
    'The Sentinels of the source refused the credentials',
  );
  expect(screen.getByLabelText('Password of the Sentinels of the source')).toBeTruthy();
  expect(screen.queryByLabelText('Password of the source')).toBeNull();
});

it('asks for a password that was refused, or tries the stored one once more when nothing is entered', async () => {
  const failure = { code: 'SOURCE_AUTH' as const, fact: 'WRONGPASS', atMs: 1 };
  const refused = { ...forgotten, state: 'failed' as const, missingSecrets: [], failure };
  const { asked, user } = mount({ tasks: [refused] });
  await user.click(await screen.findByRole('button', { name: 'Start again Orders' }));
  expect((await screen.findByRole('dialog')).textContent).toContain('The source refused the credentials');
  const password = screen.getByLabelText('Password of the source');
  expect(screen.queryByLabelText('Password of the target')).toBeNull();
  await user.type(password, 'one');
  await user.clear(password);
  await user.click(screen.getByRole('button', { name: 'Start' }));
  await waitFor(() => expect(asked).toEqual([['start', 'orders']]));
});
