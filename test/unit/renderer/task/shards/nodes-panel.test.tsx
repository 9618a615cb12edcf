// @vitest-environment jsdom
import { fireEvent, screen, within } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import type { LaneFigures } from '../../../../../shared/model/lane.ts';
import type { TaskView } from '../../../../../shared/model/task-view.ts';
import { metrics, task } from '../../../../support/page/fixtures.ts';
import { mountPage, type MountedPage } from '../../../../support/page/mount-page.tsx';

let page: MountedPage | undefined;
afterEach(() => page?.close());

const node = (n: number, slots: string, behindBytes: number): LaneFigures => ({
  ...{ at: `10.0.1.${n}:7000`, slots, behindBytes },
  ...{ commands: 12_000 * n, commandsPerSecond: 800 * n },
});
const two = [node(1, '0-8191', 1024), node(2, '8192-16383', 3 * 1024 ** 2)];

function open(lanes: readonly LaneFigures[] | undefined, change: Partial<TaskView> = {}): void {
  const told = metrics({ ...(lanes && { lanes }), atMs: Date.now() - 20_000 });
  page = mountPage(
    { tasks: [task('orders', { name: 'Orders', metrics: told, ...change })] },
    '#/tasks/orders',
  );
}
const panel = (): Promise<HTMLElement> => screen.findByRole('region', { name: 'Nodes of the target' });
const rows = async (): Promise<(string | null)[][]> =>
  within(await panel())
    .getAllByRole('row')
    .slice(1)
    .map((row) => [...row.children].map(({ textContent }) => textContent));

it('has a row for each node, with figures and their units, and marks the one that is furthest behind', async () => {
  open(two);
  expect(await rows()).toEqual([
    ['1', '10.0.1.1:7000', '8,192 0-8191', '1.0 KB', '800/s 12,000 commands'],
    ['2', '10.0.1.2:7000', '8,192 8192-16383', '3.0 MB, furthest behind', '1,600/s 24,000 commands'],
  ]);
  expect((await panel()).textContent).toMatch(/as of (19|[2-9]\d) s ago/);
});

it('marks none where all are about as far', async () => {
  open([node(1, '0-8191', 1024), node(2, '8192-16383', 9 * 1024)]);
  expect((await rows()).map((row) => row[3])).toEqual(['1.0 KB', '9.0 KB']);
});

it('tells no figures of a task that does not run as if they were of now', async () => {
  open(two, { state: 'stopped' });
  expect((await rows()).map((row) => row.slice(3))).toEqual([
    ['–', '–'],
    ['–', '–'],
  ]);
  expect((await panel()).textContent).toContain('not running');
});

it('says of a node that is away since when, and why', async () => {
  const away = { sinceMs: Date.now() - 32_000, reason: 'the connection was refused', heldUpBy: '' };
  open([two[0]!, { ...two[1]!, away }]);
  const [, gone] = await rows();
  expect(gone![1]).toMatch(/^10\.0\.1\.2:7000away for \d+ s: the connection was refused$/);
  expect((await panel()).querySelectorAll('[data-away]')).toHaveLength(1);
  fireEvent.click(within(await panel()).getByRole('button', { name: 'Show the slot map' }));
  const map = within(await panel()).getByRole('slider', { name: 'Slots of the target' });
  fireEvent.keyDown(map, { key: 'End' });
  expect(map.getAttribute('aria-valuetext')).toBe('Slot 16,383: node 2 (away), at 10.0.1.2:7000');
});

it('shows whose each slot is', async () => {
  open(two);
  fireEvent.click(within(await panel()).getByRole('button', { name: 'Show the slot map' }));
  const map = within(await panel()).getByRole('slider', { name: 'Slots of the target' });
  expect(map.getAttribute('aria-valuetext')).toBe('Slot 0: node 1, at 10.0.1.1:7000');
});

it('is not there where the target is one server', async () => {
  open(undefined);
  await screen.findByRole('heading', { name: 'Orders' });
  expect(screen.queryByRole('region', { name: 'Nodes of the target' })).toBeNull();
});

it('stands in the head of the task as well, whose address is that of one of its nodes', async () => {
  open(two);
  const head = (await screen.findByRole('heading', { name: 'Orders' })).closest('header')!;
  expect(
    within(head)
      .getAllByText(/^cluster of/)
      .map(({ textContent }) => textContent?.trim()),
  ).toEqual(['cluster of 2 shards']);
});
