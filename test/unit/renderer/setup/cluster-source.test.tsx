// @vitest-environment jsdom
import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { renderSetup, type OpenSetup } from '../../../support/page/render-setup.tsx';
import { scenarios } from '../../../support/page/scenarios/setup.ts';

afterEach(cleanup);

const open = (name: string): OpenSetup => renderSetup(scenarios[name]!());
const next = (page: OpenSetup, name: RegExp): Promise<void> =>
  page.user.click(screen.getByRole('button', { name }));

it('passes its test like any server, and the choices say what does not hold for it', async () => {
  const page = open('setup-cluster');
  const source = within(await screen.findByRole('region', { name: 'Source' }));
  await page.user.click(source.getByRole('button', { name: 'Test connection' }));
  expect(await source.findByText('Cluster of 3 shards, 6 nodes')).toBeTruthy();
  expect(source.getByRole('region', { name: 'Nodes of the cluster' })).toBeTruthy();
  expect(document.body.textContent).not.toMatch(/cannot be synced|not let a cluster pass/);

  await next(page, /^Next: What/);
  expect(await screen.findByText('The source is a cluster: keys are in database 0 there.')).toBeTruthy();
  await page.user.click(screen.getByRole('radio', { name: /^Overwrite keys/ }));
  expect(await screen.findByText('What is overwritten cannot be brought back')).toBeTruthy();
  expect(await screen.findByText(/^When the source is flushed/)).toBeTruthy();

  await next(page, /^Next: How/);
  await page.user.click(await screen.findByRole('radio', { name: 'Use it while the task runs' }));
  expect(await screen.findByText(/import-mode is left alone there/)).toBeTruthy();

  const reading = within(screen.getByRole('region', { name: 'Reading a cluster' }));
  expect(reading.getByRole<HTMLInputElement>('radio', { name: 'Its primary' }).checked).toBe(true);
  await page.user.click(reading.getByRole('radio', { name: 'One of its replicas' }));
  await waitFor(() => expect(page.sent('draft.save').at(-1)?.draft.readFrom).toBe('replicas'));
});

it('of standalone servers nothing is said of clusters', async () => {
  const page = open('setup-servers');
  await screen.findByRole('region', { name: 'Source' });
  await next(page, /^Next: What/);
  await page.user.click(await screen.findByRole('radio', { name: /^Overwrite keys/ }));
  await screen.findByText('What is overwritten cannot be brought back');
  await next(page, /^Next: How/);
  await screen.findByRole('region', { name: 'Buffer on this machine' });
  expect(document.body.textContent).not.toContain('cluster');
});
