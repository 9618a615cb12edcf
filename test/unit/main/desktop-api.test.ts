import { expect, test } from 'vitest';
import type { AppEvent } from '../../../shared/contract/api.ts';
import { DesktopApi } from '../../../electron/main/desktop-api.ts';
import { FixtureApi } from '../../support/contract/fixture-api.ts';

const toSettings = { type: 'navigate', to: 'settings' } as const;

test('where the window is led waits for the page that is there first', async () => {
  const api = new DesktopApi(Promise.resolve(new FixtureApi()));
  api.lead({ type: 'navigate', to: 'new' });
  api.lead(toSettings);
  const heard: AppEvent[] = [];
  const late: AppEvent[] = [];
  api.onEvent((event) => heard.push(event));
  api.onEvent((event) => late.push(event));
  await Promise.resolve();

  expect(heard).toEqual([toSettings]);
  expect(late).toEqual([]);
});

test('a notice of the window stands beside those of the backend until it is dismissed', async () => {
  const api = new DesktopApi(Promise.resolve(new FixtureApi()));
  const before = (await api.request('app.info', {})).notices.length;
  api.tell('warning', 'The page was reloaded', 'It ended.');
  const { notices } = await api.request('app.info', {});
  expect(notices).toHaveLength(before + 1);
  await api.request('app.dismissNotice', { id: notices.at(-1)!.id });
  expect((await api.request('app.info', {})).notices).toHaveLength(before);
});
