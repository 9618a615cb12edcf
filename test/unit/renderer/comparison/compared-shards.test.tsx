// @vitest-environment jsdom
import { MantineProvider } from '@mantine/core';
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { ComparedDatabases } from '../../../../renderer/comparison/compared-databases.tsx';
import { ComparedShards } from '../../../../renderer/comparison/compared-shards.tsx';
import { ComparedSlots } from '../../../../renderer/comparison/compared-slots.tsx';
import { ComparisonResult } from '../../../../renderer/comparison/comparison-result.tsx';
import type { CompareReport } from '../../../../shared/model/comparison.ts';
import { completeJsdom } from '../../../support/page/in-jsdom.ts';
import { comparison, report } from '../../../support/page/task-figures/comparison.ts';

completeJsdom();
afterEach(cleanup);

it('shows the counts of each shard of a side, and nothing for a standalone server', () => {
  const shards = [
    {
      ...{ primary: '10.0.0.1:6379', slots: '0-8191', slotCount: 8192 },
      ...{ sourceKeys: 1200, targetKeys: 1199, compared: 1199, differing: 1 },
    },
  ];
  render(
    <MantineProvider>
      <ComparedShards side="target" shards={shards} />
      <ComparedShards side="source" shards={[]} />
    </MantineProvider>,
  );
  expect(screen.getAllByRole('table')).toHaveLength(1);
  const table = screen.getByRole('table', { name: 'What was compared in each node of the target' });
  expect([...table.querySelectorAll('tbody th, tbody td')].map(({ textContent }) => textContent)).toEqual([
    ...['10.0.0.1:6379', '0-8191', '1,200', '1,199', '1,199', '1'],
  ]);
});

it('shows in which slots keys differ, and nothing where none do', () => {
  const counts = { sourceKeys: 1200, targetKeys: 1199, compared: 1199, differing: 9 };
  const differing = Array.from({ length: 8 }, (_, n) => ({ slot: n * 10, keys: n === 0 ? 2 : 1 }));
  const slots = {
    ranges: [{ slots: '0-8191', source: null, target: '10.0.0.1:6379', ...counts }],
    rangesTotal: 1,
    differing,
  };
  render(
    <MantineProvider>
      <ComparedSlots report={slots} />
      <ComparedSlots report={{ ranges: [], rangesTotal: 0, differing: [] }} />
      <ComparedSlots report={undefined} />
    </MantineProvider>,
  );
  expect(screen.getAllByRole('table')).toHaveLength(1);
  expect([...document.querySelectorAll('thead th')].map(({ textContent }) => textContent)).toEqual([
    ...['Slots with keys that differ', 'Node of the target', 'Keys seen on the source'],
    ...['Keys seen on the target', 'Compared', 'Differing'],
  ]);
  expect([...document.querySelectorAll('tbody th, tbody td')].map(({ textContent }) => textContent)).toEqual([
    ...['0-8191 in 8 slots: 0, 10, 20, 30, 40, 50, …', '10.0.0.1:6379', '1,200', '1,199', '1,199', '9'],
  ]);
});

it('shows the counts of each database under the same heads', () => {
  const counts = { sourceKeys: 1200, targetKeys: 1199, compared: 1199, differing: 1 };
  render(
    <MantineProvider>
      <ComparedDatabases databases={[{ ...report(0).databases[0]!, ...counts, db: 3 }]} level="values" />
    </MantineProvider>,
  );
  expect(screen.getAllByRole('columnheader').map(({ textContent }) => textContent)).toEqual([
    ...['Database', 'Keys seen on the source', 'Keys seen on the target', 'Compared', 'Differing'],
  ]);
  expect([...document.querySelectorAll('tbody th, tbody td')].map(({ textContent }) => textContent)).toEqual([
    ...['3', '1,200', '1,199', '1,199', '1'],
  ]);
});

it('calls nothing equal that kept moving', () => {
  const whole = report(0);
  const moved: CompareReport = {
    ...whole,
    equal: false,
    leftOut: { ...whole.leftOut, slots: [7, 8] },
  };
  render(
    <MantineProvider>
      <ComparisonResult
        {...{ id: 't', name: 'Orders', since: undefined, onOpenKey: undefined, selectedKeys: undefined }}
        state={comparison('t', { report: moved })}
        report={moved}
      />
    </MantineProvider>,
  );
  expect(screen.getByText('No difference was found, and some slots did not stand still')).toBeTruthy();
  expect(screen.queryByText('Both sides are equal')).toBeNull();
  expect(screen.getByText(/keys that may have been on the way in 2 slots/)).toBeTruthy();
});
