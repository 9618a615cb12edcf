import {
  MAX_REQUEST_BYTES,
  type ClientTransport,
  type PageTransport,
} from '../../../shared/contract/frames.ts';

/** Both ends of a transport within one process: frames go as JSON texts, each in a turn of its own. */
export interface InProcessPair {
  readonly page: ClientTransport;
  readonly host: PageTransport;
  /** While true, what the host sends piles up on its way. */
  hold(held: boolean): void;
}

export function inProcessPair(): InProcessPair {
  const toPage = new Lane();
  const toHost = new Lane();
  const closers = new Set<() => void>();
  let closed = false;
  const close = (): void => {
    if (closed) return;
    closed = true;
    // What was sent before still arrives.
    setImmediate(() => {
      toPage.end();
      toHost.end();
      for (const closer of closers) closer();
    });
  };
  const onClose = (listener: () => void): void => void closers.add(listener);
  let held = false;
  return {
    page: {
      send: (frame) => toHost.send(frame),
      onFrame: (listener) => toPage.listen(listener),
      onClose,
      close,
    },
    host: {
      send: (frame) => toPage.send(frame),
      onFrame: (listener) =>
        toHost.listen((frame, bytes) => (bytes > MAX_REQUEST_BYTES ? close() : listener(frame))),
      onClose,
      isCongested: () => held,
      close,
    },
    hold: (value) => void (held = value),
  };
}

type Listener = (frame: unknown, bytes: number) => void;

/** One direction. */
class Lane {
  readonly #listeners = new Set<Listener>();
  #ended = false;

  send(frame: unknown): void {
    const text = JSON.stringify(frame);
    setImmediate(() => {
      if (this.#ended) return;
      for (const listener of this.#listeners) listener(JSON.parse(text), Buffer.byteLength(text));
    });
  }

  listen(listener: Listener): void {
    this.#listeners.add(listener);
  }

  end(): void {
    this.#ended = true;
  }
}
