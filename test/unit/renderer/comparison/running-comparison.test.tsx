// @vitest-environment jsdom
import { screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, it } from 'vitest';
import type { ComparisonState } from '../../../../shared/contract/api.ts';
import { task } from '../../../support/page/fixtures.ts';
import { mountPage, type MountedPage } from '../../../support/page/mount-page.tsx';
import { comparison } from '../../../support/page/task-figures/comparison.ts';

let page: MountedPage | undefined;
afterEach(() => page?.close());

const progress = { db: 0, phase: 'source', keysDone: 1200, keysTotal: 9000, differences: 2 } as const;
const asked: unknown[] = [];

function open(choice: ComparisonState['choice']): void {
  asked.length = 0;
  let state = comparison('orders', { status: 'running', progress, choice });
  const change = (params: object, next: Partial<ComparisonState>): ComparisonState => {
    asked.push(params);
    return (state = { ...state, ...next });
  };
  page = mountPage(
    {
      tasks: [task('orders')],
      answers: {
        'comparison.state': () => state,
        'comparison.pause': (params) => change(params, { paused: params.paused }),
        'comparison.pace': (params) => change(params, {}),
      },
    },
    '#/tasks/orders/drift',
  );
}

it('a comparison that runs is paused, goes on, and gets another pace once its field is left', async () => {
  open({ level: 'values', maxKeysPerSecond: 5000 });
  const user = userEvent.setup();
  const panel = within(await screen.findByRole('region', { name: 'Comparison' }));
  await user.click(await panel.findByRole('button', { name: 'Pause' }));
  await user.click(await panel.findByRole('button', { name: 'Go on' }));
  await panel.findByRole('button', { name: 'Pause' });
  const field = panel.getByRole('textbox', { name: 'Keys a second, at most' });
  expect(field).toHaveProperty('value', '5,000');
  await user.clear(field);
  await user.type(field, '250{Enter}');
  await user.clear(field);
  await user.tab();
  expect(asked).toEqual([
    { id: 'orders', paused: true },
    { id: 'orders', paused: false },
    { id: 'orders', maxKeysPerSecond: 250 },
    { id: 'orders', maxKeysPerSecond: null },
  ]);
});

it('counts are there at once, and cannot be paused', async () => {
  open({ level: 'count' });
  const panel = within(await screen.findByRole('region', { name: 'Comparison' }));
  await panel.findByRole('button', { name: 'Cancel' });
  expect(panel.queryByRole('button', { name: 'Pause' })).toBeNull();
  expect(panel.queryByRole('textbox', { name: 'Keys a second, at most' })).toBeNull();
});
