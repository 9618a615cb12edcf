import { expect, it } from 'vitest';
import { StreamPlaces } from '../../../../electron/engine/writer/stream-places.ts';

/** Places in an output that grows by what is written. */
function output() {
  let at = 0;
  const places = new StreamPlaces(
    () => at,
    () => undefined,
  );
  const write = (bytes: number): void => void (at += bytes);
  const endOf = (from: number, to: number): number => {
    places.seek(from);
    return places.offsetOf(to);
  };
  return { places, write, endOf };
}

it('what is inserted moves nothing in the stream, in front of a run', () => {
  const { places, write, endOf } = output();
  places.run(1000);
  write(50);
  places.run(1100);
  places.insert(() => write(23));
  write(40);
  expect(endOf(0, 50)).toBe(1050);
  expect(endOf(73, 113)).toBe(1140);
});

it('within a run that goes on', () => {
  const { places, write, endOf } = output();
  places.run(1000);
  write(50);
  places.run(1050);
  places.insert(() => write(23));
  write(40);
  places.run(1090);
  write(10);
  expect(endOf(0, 50)).toBe(1050);
  expect(endOf(73, 113)).toBe(1090);
  expect(endOf(113, 123)).toBe(1100);
});

it('and within what one command became', () => {
  const { places, write, endOf } = output();
  places.command(1000);
  write(50);
  places.insert(() => write(23));
  write(40);
  expect(endOf(0, 50)).toBe(1000);
  expect(endOf(73, 113)).toBe(1000);
});

it('although places that are done with are let go of meanwhile, as where there is no room and what stands there is taken', () => {
  const { places, write, endOf } = output();
  let at = 0;
  for (let nth = 0; nth < 2000; nth++) {
    places.run(1000 + nth * 100);
    places.insert(() => {
      // Everything before it goes, and is asked for.
      places.seek(at);
      write(23);
      at += 23;
    });
    write(40);
    expect(endOf(at, at + 40)).toBe(1040 + nth * 100);
    at += 40;
  }
});
