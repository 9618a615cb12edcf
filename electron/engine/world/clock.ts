/** Something that a clock will do, or does again and again. */
export interface Timer {
  /** The process need not stay for it. */
  unref(): unknown;
}

/** The time of the machine that the engine runs on. Nothing else in the engine knows it. */
export interface Clock {
  /** Unix ms. May be set, back as well. */
  now(): number;
  /** Ms that only rise, from whenever: for how long something took. */
  monotonicMs(): number;
  setTimeout(run: () => void, waitMs: number): Timer;
  setInterval(run: () => void, everyMs: number): Timer;
  /** As soon as the sockets have been read. */
  setImmediate(run: () => void): void;
  /** Ends either kind of timer; nothing where there is none, or it has run. */
  clear(timer: Timer | undefined): void;
}

export const sleep = (clock: Clock, waitMs: number): Promise<void> =>
  new Promise((resolve) => void clock.setTimeout(resolve, waitMs));

/** Gives the sockets a turn. */
export const nextTurn = (clock: Clock): Promise<void> =>
  new Promise((resolve) => clock.setImmediate(resolve));
