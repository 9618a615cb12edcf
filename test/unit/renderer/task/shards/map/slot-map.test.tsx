// @vitest-environment jsdom
import { act, fireEvent, screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, it } from 'vitest';
import type { ComparisonState } from '../../../../../../shared/contract/api.ts';
import type { Feed } from '../../../../../../shared/model/feed.ts';
import type { Metrics } from '../../../../../../shared/model/metrics.ts';
import { feed, metrics, task } from '../../../../../support/page/fixtures.ts';
import { comparison, report } from '../../../../../support/page/task-figures/comparison.ts';
import { mountPage, type MountedPage } from '../../../../../support/page/mount-page.tsx';

let page: MountedPage | undefined;
afterEach(() => page?.close());

const halves = [feed(1, '0-8191'), feed(2, '8192-16383')];

async function open(
  feeds: readonly Feed[],
  more: Partial<Metrics> = {},
  compared?: Partial<ComparisonState>,
): Promise<HTMLElement> {
  page = mountPage(
    {
      tasks: [task('orders', { name: 'Orders', metrics: metrics({ feeds, ...more }) })],
      ...(compared && { answers: { 'comparison.state': ({ id }) => comparison(id, compared) } }),
    },
    '#/tasks/orders',
  );
  const panel = await screen.findByRole('region', { name: 'Shards of the source' });
  const show = within(panel).getByRole('button', { name: 'Show the slot map' });
  expect(show.getAttribute('aria-expanded')).toBe('false');
  expect(screen.queryByRole('slider', { name: 'Slots of the source' })).toBeNull();
  await userEvent.click(show);
  return screen.findByRole('slider', { name: 'Slots of the source' });
}
const legend = (): (string | null)[] =>
  within(screen.getByRole('group', { name: 'Slots of each shard' }))
    .getAllByRole('listitem')
    .map(({ textContent }) => textContent);

it('opens on demand, goes with the keys, and closes', async () => {
  const map = await open(halves);
  act(() => map.focus());
  expect(map.getAttribute('aria-valuetext')).toBe('Slot 0: shard 1, at 10.0.0.1:7000');
  await userEvent.keyboard('{End}{ArrowUp}');
  expect(map.getAttribute('aria-valuenow')).toBe('16255');
  expect(screen.getByText('Slot 16,255: shard 2, at 10.0.0.2:7000')).toBeTruthy();
  await userEvent.click(screen.getByRole('button', { name: 'Hide the slot map' }));
  expect(screen.queryByRole('slider', { name: 'Slots of the source' })).toBeNull();
});

it('says whose the cell is that is pointed at', async () => {
  const map = await open(halves);
  map.getBoundingClientRect = () => new DOMRect(10, 10, 512, 512);
  fireEvent.pointerMove(map, { clientX: 10 + 4 * 5 + 1, clientY: 10 + 4 * 64 + 1 });
  expect(screen.getByText('Slot 8,197: shard 2, at 10.0.0.2:7000')).toBeTruthy();
});

it('has a legend that says the same in words', async () => {
  await open(halves);
  expect(legend()).toEqual([
    'Shard 1 10.0.0.1:70008,192 slots: 0-8191',
    'Shard 2 10.0.0.2:70008,192 slots: 8192-16383',
  ]);
});

it('shows slots of no part as not brought yet, and follows them to their shard', async () => {
  const map = await open([feed(1, '0-8191'), feed(2, '8193,8195,8197,8199,8201,8203,8205-16383')]);
  expect(legend()).toEqual([
    'Shard 1 10.0.0.1:70008,192 slots: 0-8191',
    'Shard 2 10.0.0.2:70008,185 slots: 8193, 8195, 8197, 8199, 8201, 8203, and 1 more range',
    'Not brought yet7 slots: 8192, 8194, 8196, 8198, 8200, 8202, and 1 more range',
  ]);
  act(() => map.focus());
  await userEvent.keyboard('{PageDown>8/}');
  expect(map.getAttribute('aria-valuetext')).toBe('Slot 8,192: not brought yet');
  act(() => void page!.changeTask('orders', { metrics: metrics({ feeds: halves }) }));
  await screen.findByText('Slot 8,192: shard 2, at 10.0.0.2:7000');
  expect(legend()).toHaveLength(2);
});

it('says of a slot under way where it goes, and marks it', async () => {
  const moves = [{ slots: '7-8', from: '10.0.0.1:7000', to: '10.0.0.2:7000' }];
  const map = await open(halves, { unsettled: { source: { moves, ofNobody: '-', ofSeveral: '11' } } });
  act(() => map.focus());
  await userEvent.keyboard('{ArrowRight>7/}');
  expect(map.getAttribute('aria-valuetext')).toBe(
    'Slot 7: shard 1, at 10.0.0.1:7000; on its way to 10.0.0.2:7000',
  );
  await userEvent.keyboard('{ArrowRight>4/}');
  expect(map.getAttribute('aria-valuetext')).toBe(
    'Slot 11: shard 1, at 10.0.0.1:7000; several nodes take it for their own',
  );
  expect(legend().slice(2)).toEqual([
    'On the way from 10.0.0.1:7000 to 10.0.0.2:70002 slots: 7-8',
    'Of several nodes 1 slot: 11',
  ]);
  expect(map.querySelector('[data-mark="moving"]')?.getAttribute('d')).toBe('M7 0h2v1h-2z');
});

it('says where a slot is written to, and whether keys in it differed when they were compared last', async () => {
  const lanes = [
    { at: '10.0.1.1:7000', slots: '0-16383', behindBytes: 0, commands: 1, commandsPerSecond: 0 },
  ];
  const differing = [
    { slot: 0, keys: 2 },
    { slot: 1, keys: 1 },
    { slot: 300, keys: 1 },
  ];
  const found = { ...report(4), slots: { ranges: [], rangesTotal: 0, differing } };
  const map = await open(halves, { lanes }, { report: found });
  act(() => map.focus());
  const text = (): string => map.getAttribute('aria-valuetext') ?? '';
  await expect
    .poll(text)
    .toMatch(
      /^Slot 0: shard 1, at 10\.0\.0\.1:7000; written to node 1, at 10\.0\.1\.1:7000; 2 keys differ, compared at \d\d:\d\d$/,
    );
  await userEvent.keyboard('{ArrowRight>2/}');
  expect(text()).not.toContain('differ');
  expect(legend().at(-1)).toMatch(/^Keys differ 4 keys, compared at \d\d:\d\d3 slots: 0-1, 300$/);
});

it('gives each of 64 shards a colour of its own', async () => {
  const map = await open(Array.from({ length: 64 }, (_, n) => feed(n + 1, `${n * 256}-${n * 256 + 255}`)));
  const colours = [...map.querySelectorAll<SVGPathElement>('path[data-shard]')].map(
    ({ style }) => `${style.getPropertyValue('--hue')} ${style.getPropertyValue('--shade')}`,
  );
  expect(new Set(colours).size).toBe(64);
});
