// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { StepBars } from '../../../../renderer/rehearsal/step-bars.tsx';

afterEach(cleanup);

it('has no bar that reaches beyond its end, though the clock of the page is behind', () => {
  render(
    <StepBars
      steps={[{ id: 'copy', beganMs: 0, tookMs: 8000, state: 'done' }]}
      running={{ id: 'in-step', beganMs: 10_000 }}
      totalMs={7000}
    />,
  );
  const ends = screen.getAllByRole('listitem').map((item) => {
    const { left, width } = item.querySelector<HTMLElement>('[style]')!.style;
    return parseFloat(left) + parseFloat(width);
  });
  expect(ends).toEqual([80, 100]);
});
