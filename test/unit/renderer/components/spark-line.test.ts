import { expect, it } from 'vitest';
import { sparkPoints } from '../../../../renderer/components/spark-line.tsx';

it('the largest value touches the top, 0 lies on the ground', () => {
  expect(sparkPoints([0, 50, 100], 3)).toEqual(['0 21', '48 11.5', '96 2']);
});

it('few values stand at the right', () => {
  expect(sparkPoints([10], 60)).toEqual(['96 2']);
});

it('a quiet source is a flat line', () => {
  expect(sparkPoints([0, 0], 2)).toEqual(['0 21', '96 21']);
});
