// @vitest-environment jsdom
import { screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, it } from 'vitest';
import { task } from '../../../support/page/fixtures.ts';
import { mountPage, type MountedPage } from '../../../support/page/mount-page.tsx';

let page: MountedPage | undefined;
afterEach(() => page?.close());

async function open(): Promise<void> {
  page = mountPage(
    { tasks: [task('orders', { name: 'Orders', state: 'paused', phase: 'paused' })] },
    '#/tasks/orders/settings',
  );
  await screen.findByRole('button', { name: 'Save' });
}
const card = (side: 'Source' | 'Target'): ReturnType<typeof within> =>
  within(screen.getByRole('region', { name: side }));
const retype = async (field: HTMLElement, text: string): Promise<void> => {
  await userEvent.clear(field);
  await userEvent.type(field, text);
};
const asked = async (): Promise<string | null> => {
  await userEvent.click(screen.getByRole('button', { name: 'Save' }));
  return (await screen.findByRole('dialog')).getAttribute('aria-labelledby') === null
    ? null
    : within(screen.getByRole('dialog')).getByRole('heading').textContent;
};

it('asks about another server where the address is another one', async () => {
  await open();
  await retype(card('Source').getByLabelText('Port'), '7001');
  expect(await asked()).toBe('Take “Orders” to another source?');
  await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  await retype(card('Target').getByLabelText('Port'), '7002');
  expect(await asked()).toBe('Take “Orders” to other servers?');
});

it('asks about the connection where a user is all that is new', async () => {
  await open();
  await retype(card('Target').getByLabelText('User'), 'replicator');
  expect(await asked()).toBe('Connect “Orders” anew with what you entered?');
});
