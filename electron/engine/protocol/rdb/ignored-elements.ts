import type { ElementEvents } from './events.ts';

const ignore = (): void => {};

/** Takes the elements of a value that nobody wants to know. */
export const IGNORED_ELEMENTS: ElementEvents = {
  string: ignore,
  part: ignore,
  element: ignore,
  scored: ignore,
  field: ignore,
  largeElement: ignore,
  score: ignore,
  fieldExpiry: ignore,
  streamEntry: ignore,
  streamState: ignore,
  streamGroup: ignore,
  streamConsumer: ignore,
  streamPending: ignore,
  end: ignore,
};
