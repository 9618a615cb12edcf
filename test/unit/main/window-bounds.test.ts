import { expect, test } from 'vitest';
import { placeWindow, SMALLEST } from '../../../electron/main/window-bounds.ts';

const LEFT = { x: 0, y: 0, width: 1920, height: 1040 };
const RIGHT = { x: 1920, y: 0, width: 1280, height: 1000 };

test('opens where it was, on either screen', () => {
  const onLeft = { x: 100, y: 50, width: 1000, height: 700 };
  const onRight = { x: 2000, y: 50, width: 1000, height: 700 };

  expect(placeWindow(onLeft, [LEFT, RIGHT])).toEqual(onLeft);
  expect(placeWindow(onRight, [LEFT, RIGHT])).toEqual(onRight);
});

test('where its screen is gone, keeps its size and leaves the place to the system', () => {
  expect(placeWindow({ x: 2000, y: 50, width: 1000, height: 700 }, [LEFT])).toEqual({
    width: 1000,
    height: 700,
  });
});

test.each([
  { x: 1900, y: 50 },
  { x: -950, y: 50 },
  { x: 100, y: 1030 },
])('counts as gone when too little of it can be reached, at $x, $y', ({ x, y }) => {
  expect(placeWindow({ x, y, width: 1000, height: 700 }, [LEFT])).toEqual({ width: 1000, height: 700 });
});

test('is no larger than its screen and never above it', () => {
  expect(placeWindow({ x: 10, y: -20, width: 5000, height: 3000 }, [LEFT])).toEqual({
    x: 10,
    y: 0,
    width: LEFT.width,
    height: LEFT.height,
  });
});

test('is not smaller than what the page needs', () => {
  expect(placeWindow({ x: 10, y: 10, width: 200, height: 200 }, [LEFT])).toMatchObject(SMALLEST);
});

test('opens for the first time in a size that fits', () => {
  expect(placeWindow(undefined, [LEFT])).toEqual({ width: 1280, height: 820 });
  expect(placeWindow(undefined, [{ x: 0, y: 0, width: 1024, height: 600 }])).toEqual({
    width: 1024,
    height: 600,
  });
});
