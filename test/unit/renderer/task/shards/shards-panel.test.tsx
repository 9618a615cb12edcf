// @vitest-environment jsdom
import { act, screen, within } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import type { Feed } from '../../../../../shared/model/feed.ts';
import type { TaskView } from '../../../../../shared/model/task-view.ts';
import { feed, metrics, task } from '../../../../support/page/fixtures.ts';
import { mountPage, type MountedPage } from '../../../../support/page/mount-page.tsx';

let page: MountedPage | undefined;
afterEach(() => page?.close());

const slow = feed(2, '5461-10922', {
  phase: 'catching-up',
  lag: { bytes: 3_000_000, seconds: 42 },
  spool: { bytes: 900_000_000, diskBytes: 850_000_000 },
});
const three = [feed(1, '0-5460'), slow, feed(3, '10923-16380,16382,16383')];

function open(feeds: readonly Feed[] | undefined, change: Partial<TaskView> = {}): void {
  const told = metrics({ ...(feeds && { feeds }), lag: { bytes: 3_025_600, seconds: 42 } });
  page = mountPage(
    { tasks: [task('orders', { name: 'Orders', metrics: told, ...change })] },
    '#/tasks/orders',
  );
}
const table = async (): Promise<HTMLElement> =>
  within(await screen.findByRole('region', { name: 'Shards of the source' })).getByRole('table');
const rows = async (): Promise<(string | null)[][]> =>
  within(await table())
    .getAllByRole('row')
    .slice(1)
    .map((row) => [...row.children].map(({ textContent }) => textContent));

it('has a row for each shard, with figures and their units', async () => {
  open(three);
  const heads = within(await table())
    .getAllByRole('columnheader')
    .map(({ textContent }) => textContent);
  expect(heads).toEqual(['Shard', 'Read from', 'Slots', 'Phase', 'Lag', 'Applied', 'Waiting here']);
  expect(await rows()).toEqual([
    ['1', '10.0.0.1:7000', '5,461 0-5460', 'In step', '0.3 s 12.5 KB', '4,134/s 598.6 KB/s', '12.5 KB'],
    [
      '2',
      '10.0.0.2:7000',
      '5,462 5461-10922',
      'Catching up',
      '42.0 s 2.9 MB, furthest behind',
      '4,134/s 598.6 KB/s',
      '858.3 MB 810.6 MB on disk',
    ],
    [
      '3',
      '10.0.0.3:7000',
      '5,460 in 3 ranges10923-16380, 16382, 16383',
      'In step',
      '0.3 s 12.5 KB',
      '4,134/s 598.6 KB/s',
      '12.5 KB',
    ],
  ]);
});

it('marks the shard that the sentence names, and no other', async () => {
  open(three);
  const marked = within(await table())
    .getAllByRole('row')
    .filter((row) => row.dataset['furthest'] !== undefined);
  expect(marked.map(({ dataset }) => dataset['shard'])).toEqual(['2']);
  expect(screen.getByText(/most of all shard 2 at 10\.0\.0\.2:7000 \(slots 5461-10922\)/)).toBeTruthy();
});

it('says how old its figures are', async () => {
  open(three, { metrics: metrics({ feeds: three, atMs: Date.now() - 40_000 }) });
  const panel = await screen.findByRole('region', { name: 'Shards of the source' });
  expect(panel.textContent).toMatch(/as of (39|[4-9]\d) s ago/);
});

it('shows keys while they are copied, and no lag behind a stream that is not known yet', async () => {
  open([
    feed(1, '0-9', { phase: 'full-copy', keysDone: 1200 }),
    feed(2, '10-16383', { phase: 'connecting' }),
  ]);
  const [copying, connecting] = await rows();
  expect(copying![3]).toBe('Full copy 1,200 keys');
  expect(connecting!.slice(3, 5)).toEqual(['Connecting', '–']);
});

it('says of a shard that is begun anew why, and keeps its figures', async () => {
  open([three[0]!, feed(2, '5461-10922', { phase: 'catching-up', anew: true }), three[2]!]);
  expect((await rows())[1]).toEqual([
    '2',
    '10.0.0.2:7000',
    '5,462 5461-10922',
    'Catching up begins anew: slots have moved',
    '0.3 s 12.5 KB',
    '4,134/s 598.6 KB/s',
    '12.5 KB',
  ]);
});

it('keeps where the shards are when the task has stopped, without figures of what is over', async () => {
  open(three, { state: 'stopped', phase: 'ended' });
  expect((await rows())[1]).toEqual(['2', '10.0.0.2:7000', '5,462 5461-10922', 'Stopped', '–', '–', '–']);
});

it('follows slots from one shard to another', async () => {
  open(three);
  expect((await rows())[0]![2]).toBe('5,461 0-5460');
  const moved = [feed(1, '1-5460'), feed(2, '0,5461-10922'), three[2]!];
  act(() => void page!.changeTask('orders', { metrics: metrics({ feeds: moved }) }));
  await screen.findByText('1-5460');
  expect((await rows()).map((cells) => cells[2])).toEqual([
    '5,460 1-5460',
    '5,463 0, 5461-10922',
    '5,460 in 3 ranges10923-16380, 16382, 16383',
  ]);
});

it.each([[undefined], [[]]])('is not there for %j', async (feeds) => {
  open(feeds);
  await screen.findByText('Commands applied');
  expect(screen.queryByRole('region', { name: 'Shards of the source' })).toBeNull();
});

it('can be reached and scrolled with the keyboard', async () => {
  open(three);
  const box = (await table()).parentElement!;
  expect(box.tabIndex).toBe(0);
  expect(box.getAttribute('aria-label')).toBe('Shards of the source');
});
