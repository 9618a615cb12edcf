// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { RunTrend } from '../../../../renderer/rehearsal/run-trend.tsx';
import type { RunSummary } from '../../../../shared/rehearsal/run-summary.ts';

afterEach(cleanup);

const run = (change: Partial<RunSummary>): RunSummary =>
  ({ kind: 'copy', copyMs: null, rtoMs: null, ...change }) as RunSummary;

it('tells how long the full copies have taken, and leaves out what has no figure', () => {
  render(
    <RunTrend
      runs={[
        run({ copyMs: 4000 }),
        run({ copyMs: null }),
        run({ copyMs: 9000 }),
        run({ copyMs: 2000 }),
        run({ kind: 'failover', copyMs: 90_000, rtoMs: 1000 }),
      ]}
    />,
  );
  expect(screen.getAllByRole('listitem').map((item) => item.textContent)).toEqual([
    'Copy rehearsal: full copy of the last 3 runs, from 2.0 s to 9.0 s',
  ]);
});

it('has the figure of each kind that has runs enough', () => {
  const some = [1000, 2000, 3000];
  render(
    <RunTrend
      runs={[
        ...some.map((rtoMs) => run({ kind: 'failover', rtoMs })),
        ...some.map((rtoMs) => run({ kind: 'cutover', rtoMs })),
      ]}
    />,
  );
  expect(screen.getAllByRole('listitem').map((item) => item.textContent)).toEqual([
    expect.stringContaining('recovery time of the last 3 runs, from 1.0 s to 3.0 s'),
    expect.stringContaining('time without a server of the last 3 runs'),
  ]);
});

it('shows nothing of two runs', () => {
  const { container } = render(<RunTrend runs={[run({ copyMs: 1000 }), run({ copyMs: 2000 })]} />);
  expect(container.textContent).toBe('');
});
