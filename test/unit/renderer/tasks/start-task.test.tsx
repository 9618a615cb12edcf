// @vitest-environment jsdom
import { screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, it } from 'vitest';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { endpoint, task } from '../../../support/page/fixtures.ts';
import { mountPage, type MountedPage } from '../../../support/page/mount-page.tsx';
import type { Scenario } from '../../../support/page/scenario.ts';

let page: MountedPage | undefined;
afterEach(() => page?.close());

const forgotten = task('orders', {
  name: 'Orders',
  state: 'stopped',
  source: { ...endpoint('source', 'a.example'), hasPassword: true, user: 'sync' },
  target: { ...endpoint('target', 'b.example'), hasPassword: true, hasKey: true },
  missingSecrets: ['source', 'target'],
});

/** The page with one task, and all that it asked of the application to start it. */
function mount(scenario: Scenario = {}): { asked: unknown[]; user: ReturnType<typeof userEvent.setup> } {
  const asked: unknown[] = [];
  page = mountPage({
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
  });
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

it('a task whose passwords are known starts at once', async () => {
  const { asked, user } = mount({ tasks: [{ ...forgotten, missingSecrets: [] }] });
  await user.click(await screen.findByRole('button', { name: 'Resume Orders' }));
  await waitFor(() => expect(asked).toEqual([['start', 'orders']]));
  expect(screen.queryByRole('dialog')).toBeNull();
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
