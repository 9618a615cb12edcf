// @vitest-environment jsdom
import { MantineProvider } from '@mantine/core';
import { cleanup, render, screen, within } from '@testing-library/react';
import type { ComponentProps } from 'react';
import { afterEach, expect, it } from 'vitest';
import { encodingRows, expiryBars, slotBars, typeBars } from '../../../../../shared/format/contents-bars.ts';
import { ContentsSection } from '../../../../../renderer/comparison/contents/contents-section.tsx';
import { completeJsdom } from '../../../../support/page/in-jsdom.ts';
import { contents } from '../../../../support/page/task-figures/contents.ts';

completeJsdom();
afterEach(cleanup);

const both = { source: contents(), target: contents(0.5) };
const show = (shown: Partial<ComponentProps<typeof ContentsSection>>): void =>
  void render(
    <MantineProvider>
      <ContentsSection contents={both} ofCluster={false} {...shown} />
    </MantineProvider>,
  );
const rowsOf = (title: string): (string | null)[] =>
  within(screen.getByRole('figure', { name: title }))
    .getAllByRole('row')
    .slice(1)
    .map(({ textContent }) => textContent);

it('what either side holds stands side by side, as charts and in figures', () => {
  show({});
  expect(rowsOf('Memory by type')[0]).toBe('zset6.9 GB3.4 GB');
  expect(rowsOf('Keys by when they expire')).toEqual([
    'within 1 min120,00060,000',
    'within 1 h2,400,0001,200,000',
    'within 1 day1,900,000950,000',
    'within 7 days300,000150,000',
    'within 30 days80,00040,000',
    'later00',
    'no expiry1,337,068668,534',
  ]);
  expect(rowsOf('Keys by size')[0]).toBe('up to 128 B4,800,0002,400,000');
  expect(
    screen.getByText(/^Source: 6,137,068 keys of about 9\.1 GB, in 16,380 of 16,384 slots/),
  ).toBeDefined();
  const largest = screen.getByRole('table', { name: 'Largest keys of the target' });
  expect(within(largest).getAllByRole('row')[1]!.textContent).toBe('feed:1000:timeline0zset42.9 MB');
  expect(screen.queryByRole('figure', { name: 'Keys by slot' })).toBeNull();
});

it('slots are drawn where one side is a cluster, and nothing is shown where nothing was counted', () => {
  show({ ofCluster: true });
  expect(screen.getByRole('figure', { name: 'Keys by slot' })).toBeDefined();
  expect(rowsOf('Keys by slot')[1]).toMatch(/^512-1023/);
  cleanup();
  show({ contents: undefined });
  expect(screen.queryByText('What is in there')).toBeNull();
});

it('says what is not as exact as it looks', () => {
  const source = { ...contents(), exact: false, measured: false };
  show({ ofSample: true, contents: { source, target: contents() } });
  expect(
    screen.getByText(/guessed by lengths.*those of the sample\. Keys in slots that changed hands/),
  ).toBeDefined();
});

it('a type, or an encoding, that one side alone has stands among the others by its size', () => {
  const target = contents(0);
  target.types.push({ type: 'ReJSON-RL', keys: 3, bytes: 8_000_000_000 });
  target.encodings.unshift({ type: 'ReJSON-RL', encoding: 'raw', keys: 9_000_000 });
  const one = { source: contents(), target };
  expect(typeBars(one)[0]).toEqual({ name: 'ReJSON-RL', source: 0, target: 8_000_000_000 });
  expect(encodingRows(one)[0]).toEqual({ name: 'ReJSON-RL, raw', source: 0, target: 9_000_000 });
  expect(expiryBars(one).map(({ target: keys }) => keys)).toEqual([0, 0, 0, 0, 0, 0, 0]);
  expect(slotBars(one).at(-1)!.name).toBe('15872-16383');
});
