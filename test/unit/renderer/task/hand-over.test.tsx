// @vitest-environment jsdom
import { screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, it } from 'vitest';
import type { TaskView } from '../../../../shared/model/task-view.ts';
import { endpoint, metrics, task } from '../../../support/page/fixtures.ts';
import { mountPage, type MountedPage } from '../../../support/page/mount-page.tsx';
import type { Scenario } from '../../../support/page/scenario.ts';

let page: MountedPage | undefined;
afterEach(() => page?.close());

const MINUTE_MS = 60_000;

function open(change: Partial<TaskView>, route = '#/tasks/orders/overview', more: Scenario = {}): string[] {
  const asked: string[] = [];
  page = mountPage(
    {
      ...more,
      tasks: [task('orders', { name: 'Orders', target: endpoint('target', 'new.example'), ...change })],
      answers: {
        ...more.answers,
        'task.release': ({ id }, host) => {
          asked.push(id);
          return host.changeTask(id, { state: 'releasing', phase: 'ended' });
        },
      },
    },
    route,
  );
  return asked;
}

const cutOff = { state: 'stopped', phase: 'ended', targetStanding: 'late' } as const;

it('a target that was left late can be handed over from the page of its task', async () => {
  const asked = open(cutOff);
  const user = userEvent.setup();
  const button = await screen.findByRole('button', { name: 'Make expiry exact on the target…' });
  await user.click(button);
  const dialog = await screen.findByRole('dialog', { name: /new\.example:6379/ });
  expect(dialog.textContent).toMatch(/true time/);
  await user.click(within(dialog).getByRole('button', { name: 'Cancel' }));
  expect(asked).toEqual([]);
  await user.click(button);
  await user.click(
    within(await screen.findByRole('dialog')).getByRole('button', { name: 'Make expiry exact' }),
  );
  await waitFor(() => expect(asked).toEqual(['orders']));
  await screen.findAllByText(/Handing over: the expiry of keys on the target is made exact/);
  expect(screen.queryByText(/Keys on the target may go after their time/)).toBeNull();
});

it.each([
  [{ ...cutOff, targetStanding: 'exact' }, undefined],
  [cutOff, /true time/],
  [{ ...cutOff, targetStanding: 'part' }, /only a part of the source/],
] as const)('the menu of the list offers it where it is due: %#', async (change, words) => {
  const asked = open(change, '#/tasks');
  const user = userEvent.setup();
  await user.click(await screen.findByRole('button', { name: 'More about Orders' }));
  // While a menu opens, jsdom takes it for hidden.
  const menu = await screen.findByRole('menu', { hidden: true });
  await within(menu).findByText('Delete…');
  const item = within(menu).queryByText('Make expiry exact on the target…');
  expect(item !== null).toBe(words !== undefined);
  if (!item) return;
  await user.click(item);
  const dialog = await screen.findByRole('dialog');
  expect(dialog.textContent).toMatch(words!);
  await user.click(within(dialog).getByRole('button', { name: 'Make expiry exact' }));
  await waitFor(() => expect(asked).toEqual(['orders']));
});

it('only the password of the target is asked for', async () => {
  const known = { ...endpoint('source', 'a.example'), hasPassword: true };
  const asked = open({
    ...cutOff,
    source: known,
    target: { ...known, id: 'target', host: 'new.example' },
    missingSecrets: ['source', 'target'],
  });
  const user = userEvent.setup();
  await user.click(await screen.findByRole('button', { name: 'Make expiry exact on the target…' }));
  await user.click(
    within(await screen.findByRole('dialog')).getByRole('button', { name: 'Make expiry exact' }),
  );
  const password = await screen.findByLabelText('Password of the target');
  await user.type(password, 'two');
  expect(screen.queryByLabelText('Password of the source')).toBeNull();
  // The dialog before may still be on its way out.
  const secrets = password.closest<HTMLElement>('[role=dialog]')!;
  await user.click(within(secrets).getByRole('button', { name: 'Make expiry exact' }));
  await waitFor(() => expect(asked).toEqual(['orders']));
});

function silent(code: 'SOURCE_UNREACHABLE' | 'TARGET_UNREACHABLE', sinceMs: number): Partial<TaskView> {
  const nowMs = Date.now();
  const offset = 1_000_000;
  return {
    phase: 'reconnecting',
    trouble: { code, fact: 'connection refused', atMs: nowMs - sinceMs, giveUpAtMs: nowMs + 3_600_000 },
    metrics: metrics({
      phase: 'reconnecting',
      offsets: { source: offset + 2048, received: offset, applied: offset - 1024 },
    }),
  };
}

it('a source that is silent for minutes: the target can be handed over, with what is known of the rest', async () => {
  const asked = open(silent('SOURCE_UNREACHABLE', 5.5 * MINUTE_MS));
  const user = userEvent.setup();
  const button = await screen.findByRole('button', { name: 'Hand the target over…' });
  const notice = button.closest('[role=note]')!;
  expect(notice.textContent).toMatch(/has not answered for 5 min/);
  expect(notice.textContent).toContain('new.example:6379');
  expect(notice.textContent).toContain('1.0 KB');
  expect(notice.textContent).toContain('2.0 KB');
  await user.click(button);
  const dialog = await screen.findByRole('dialog', { name: /new\.example:6379/ });
  await user.click(within(dialog).getByRole('button', { name: 'Hand the target over' }));
  await waitFor(() => expect(asked).toEqual(['orders']));
});

it.each([
  ['for a minute only', silent('SOURCE_UNREACHABLE', MINUTE_MS)],
  ['when it is the target', silent('TARGET_UNREACHABLE', 5 * MINUTE_MS)],
  [
    'with a part on the target',
    { ...silent('SOURCE_UNREACHABLE', 5 * MINUTE_MS), targetStanding: 'part' as const },
  ],
])('nothing of that kind is offered %s', async (_, change) => {
  open(change);
  await screen.findByRole('alert');
  expect(screen.queryByRole('button', { name: 'Hand the target over…' })).toBeNull();
});
