// @vitest-environment jsdom
import { screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, it } from 'vitest';
import { summarise } from '../../../../shared/format/tasks-summary.ts';
import { drift, task } from '../../../support/page/fixtures.ts';
import { mountPage, type MountedPage } from '../../../support/page/mount-page.tsx';

let page: MountedPage | undefined;
afterEach(() => page?.close());

it('says how all tasks together are, what is worst first', () => {
  expect(
    summarise(
      [
        task('a'),
        task('b'),
        task('c', { state: 'failed' }),
        task('d', { phase: 'full-copy' }),
        task('e', { state: 'stopped' }),
        task('f', { drift: drift({ verdict: 'real', difference: 3 }) }),
        { ...task('g'), heardAtMs: Date.now() - 11_000 },
      ],
      Date.now(),
    ),
  ).toBe('1 failed · 1 differing · 1 in trouble · 1 at work · 2 in step');
  expect(summarise([], 0)).toBe('');
});

it('the first stop of the keyboard leads past the bar', async () => {
  page = mountPage({ tasks: [task('Orders')] });
  await screen.findByText('Orders');
  await userEvent.tab();
  expect(document.activeElement?.textContent).toBe('Skip to the content');
  await userEvent.keyboard('{Enter}');
  expect(document.activeElement?.id).toBe('main');
});

it('the focus goes along to another page', async () => {
  page = mountPage({ tasks: [task('Orders')] });
  await screen.findByText('Orders');
  await userEvent.click(screen.getByRole('link', { name: 'Settings' }));
  await screen.findByRole('heading', { level: 1, name: 'Settings' });
  await waitFor(() => expect(document.activeElement?.id).toBe('main'));
  expect(document.title).toBe('Settings – Lockstep');
});

it('a menu of the desktop leads to a page', async () => {
  page = mountPage({});
  await screen.findByText('No synchronisation yet');
  page.emit({ type: 'navigate', to: 'settings' });
  expect(await screen.findByRole('heading', { level: 1, name: 'Settings' })).toBeTruthy();
});

it('a notice goes when it was closed', async () => {
  const notice = {
    id: 'damaged',
    severity: 'error',
    title: 'A file was damaged',
    text: 'It was kept aside.',
  } as const;
  page = mountPage({ info: { notices: [notice] } });
  await userEvent.click(await screen.findByRole('button', { name: 'Close: A file was damaged' }));
  await waitFor(() => expect(screen.queryByText('A file was damaged')).toBeNull());
});

it('says it in plain words where passwords cannot be kept', async () => {
  page = mountPage({ info: { secrets: 'none' } });
  expect(await screen.findByText('Passwords are not kept on this machine')).toBeTruthy();
});
