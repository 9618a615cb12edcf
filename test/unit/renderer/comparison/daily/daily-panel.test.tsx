// @vitest-environment jsdom
import { screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, it } from 'vitest';
import { task } from '../../../../support/page/fixtures.ts';
import { mountPage, type MountedPage } from '../../../../support/page/mount-page.tsx';

let page: MountedPage | undefined;
afterEach(() => page?.close());

it('a task is compared every day at a time that is one, until somebody ends that', async () => {
  page = mountPage({ tasks: [task('orders')] }, '#/tasks/orders/drift');
  const user = userEvent.setup();
  const panel = within(await screen.findByRole('region', { name: 'Compare every day' }));
  const time = await panel.findByRole('textbox', { name: 'At' });
  await user.clear(time);
  await user.type(time, '25:00');
  await user.click(panel.getByRole('button', { name: 'Compare every day' }));
  await panel.findByText('A time such as 03:00.');
  await user.clear(time);
  await user.type(time, '4:30');
  await user.click(panel.getByRole('button', { name: 'Compare every day' }));
  await panel.findByText(/^Every day at 04:30, values/);
  await user.click(panel.getByRole('button', { name: 'Not any more' }));
  expect(await panel.findByText(/^Not asked for/)).toBeDefined();
});
