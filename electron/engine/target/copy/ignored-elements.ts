import type { ElementEvents } from '../../protocol/rdb/events.ts';

const ignore = (): void => {};

/** Takes a large value that is not to be copied. */
export const IGNORED_ELEMENTS: ElementEvents = {
  string: ignore,
  part: ignore,
  element: ignore,
  scored: ignore,
  field: ignore,
  largeElement: ignore,
  score: ignore,
  streamEntry: ignore,
  streamState: ignore,
  streamGroup: ignore,
  streamConsumer: ignore,
  streamPending: ignore,
  end: ignore,
};
