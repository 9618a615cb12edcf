// @vitest-environment jsdom
import { screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { mountPage, type MountedPage } from '../../../support/page/mount-page.tsx';

let page: MountedPage | undefined;
afterEach(() => {
  page?.close();
  vi.unstubAllGlobals();
});

it('the colours follow the choice at once', async () => {
  page = mountPage({}, '#/settings');
  await userEvent.click(await screen.findByRole('radio', { name: 'Dark' }));
  await waitFor(() => expect(document.documentElement.dataset['mantineColorScheme']).toBe('dark'));
  await userEvent.click(screen.getByRole('radio', { name: 'Light' }));
  await waitFor(() => expect(document.documentElement.dataset['mantineColorScheme']).toBe('light'));
});

it('passwords go to a file only after it was said what that means', async () => {
  page = mountPage({ info: { secrets: 'none' } }, '#/settings');
  const choice = await screen.findByRole('switch', { name: /^Keep passwords in a file/ });
  await userEvent.click(choice);
  expect((await screen.findByRole('dialog')).textContent).toContain('They are not encrypted');
  await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  expect(choice).toHaveProperty('checked', false);
  await userEvent.click(choice);
  await userEvent.click(await screen.findByRole('button', { name: 'Keep them in a file' }));
  await waitFor(() => expect(choice).toHaveProperty('checked', true));
});

it('a keychain leaves nothing to choose about passwords', async () => {
  page = mountPage({}, '#/settings');
  await screen.findByText('kept encrypted, by the keychain of this system');
  expect(screen.queryByRole('switch', { name: /^Keep passwords in a file/ })).toBeNull();
});

const inBrowser = (answer: NotificationPermission): void => {
  vi.stubGlobal('Notification', { permission: 'default', requestPermission: async () => answer });
};
const NOTIFY = { name: /Tell me when a task fails/ };

it('in a browser notifications are turned on only when the browser allows them', async () => {
  inBrowser('denied');
  page = mountPage({}, '#/settings');
  const choice = await screen.findByRole('switch', NOTIFY);
  await userEvent.click(choice);
  expect(await screen.findByText(/does not let this page show notifications/)).toBeTruthy();
  expect(choice).toHaveProperty('checked', false);
});

it('and stay on when it does', async () => {
  inBrowser('granted');
  page = mountPage({}, '#/settings');
  const choice = await screen.findByRole('switch', NOTIFY);
  await userEvent.click(choice);
  await waitFor(() => expect(choice).toHaveProperty('checked', true));
});
