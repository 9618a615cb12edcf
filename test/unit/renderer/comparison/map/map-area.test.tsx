// @vitest-environment jsdom
import { MantineProvider } from '@mantine/core';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { mapCells } from '../../../../../renderer/comparison/map/map-cells.ts';
import { figuresOf } from '../../../../../renderer/comparison/map/node-words.ts';
import { PrefixExplorer } from '../../../../../renderer/comparison/map/prefix-explorer.tsx';
import { prefixRoot } from '../../../../../renderer/comparison/map/prefix-nodes.ts';
import { completeJsdom } from '../../../../support/page/in-jsdom.ts';
import { report } from '../../../../support/page/task-figures/comparison.ts';
import { prefixReport } from '../../../../support/page/task-figures/prefixes.ts';

completeJsdom();
afterEach(cleanup);

const show = (measured: boolean): void =>
  void render(
    <MantineProvider>
      <PrefixExplorer report={report(15)} byPrefix={prefixReport(measured)}>
        {() => null}
      </PrefixExplorer>
    </MantineProvider>,
  );
const names = (): (string | null)[] =>
  screen.getAllByRole('button', { name: /on the source/ }).map((cell) => cell.getAttribute('aria-label'));

it('cells are as large as their keys, or as what these take in memory', () => {
  const root = prefixRoot(prefixReport())!;
  const largest = (area: 'keys' | 'memory'): (string | undefined)[] =>
    mapCells(root, area, 900, 380).cells.map(({ node }) => node?.label);
  expect(largest('keys')).toEqual(['session:', 'user:', 'feed:', 'flag:']);
  expect(largest('memory')).toEqual(['feed:', 'user:', 'session:', 'flag:']);
});

it('the page switches between the two, and says how many keys were measured', () => {
  show(true);
  expect(screen.getByRole('group', { name: /as large as it has keys$/ })).toBeDefined();
  expect(names()[0]).toContain('session:');
  fireEvent.click(screen.getByRole('radio', { name: 'Area: memory' }));
  expect(screen.getByRole('group', { name: /as large as its keys take memory$/ })).toBeDefined();
  expect(names()[0]).toBe(
    'feed: has 37,000 keys on the source, 37,000 on the target, about 6.9 GB (200 of 37,000 keys measured); no difference',
  );
  expect(names().at(-1)).toContain('on the target, about 286.1 MB; no difference');
  expect(screen.getByText(/^Memory is an estimate/)).toBeDefined();
  fireEvent.click(screen.getByRole('radio', { name: 'Table' }));
  expect(screen.queryByRole('radio', { name: 'Area: keys' })).toBeNull();
  expect(screen.getByRole('columnheader', { name: 'Memory' })).toBeDefined();
});

it('a narrow cell says how much before it says what differs', () => {
  const user = prefixRoot(prefixReport())!.children.find(({ label }) => label === 'user:')!;
  expect(figuresOf(user, 'memory', 20)).toBe('1.4 GB  −2 +4 ≠5');
  expect(figuresOf(user, 'memory', 10)).toBe('1.4 GB');
  expect(figuresOf(user, 'memory', 4)).toBe('');
  expect(figuresOf(user, 'keys', 10)).toBe('−2 +4 ≠5');
});

it('offers nothing where nothing was measured', () => {
  show(false);
  expect(screen.queryByRole('radio', { name: 'Area: memory' })).toBeNull();
  expect(names()[0]).not.toContain('about');
});

it('keys that end with a prefix take what its parts leave of it, and databases are summed up', () => {
  const one = prefixReport();
  const root = prefixRoot(one)!;
  const user = root.children.find(({ label }) => label === 'user:')!;
  expect(user.children.map(({ label }) => label)).not.toContain('no further part');
  const [all] = one.prefixes;
  const several = { ...one, prefixes: [...one.prefixes, { ...all!, db: 3, bytes: 100, sizedKeys: 5 }] };
  expect(prefixRoot(several)!.counts).toMatchObject({ bytes: 9_812_400_100, sizedKeys: 1175 });
  const rest = prefixRoot({
    ...one,
    prefixes: one.prefixes.filter(({ prefix }) => prefix !== 'flag:'),
  })!.children.find(({ label }) => label === 'no further part')!;
  expect(rest.counts).toMatchObject({ sourceKeys: 68, bytes: 300_000_000, sizedKeys: 170 });
});
