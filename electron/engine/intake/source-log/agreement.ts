import type { Clock, Timer } from '../../world/clock.ts';
import type { LogReader } from './log-reader.ts';

/** How long those who agree wait for one whose target does not answer. */
const MOST_WAIT_MS = 5000;

/** Asks those who read a log whether they agree to another history, each once. */
export class Agreement {
  private readonly clock: Clock;
  private readonly ask: (reader: LogReader) => Promise<unknown>;
  private readonly asked = new Map<LogReader, Promise<unknown>>();

  /** `ask` never rejects. */
  constructor(clock: Clock, ask: (reader: LogReader) => Promise<unknown>) {
    this.clock = clock;
    this.ask = ask;
  }

  /** Resolves when all of them have answered, or the time is up. */
  async wait(readers: readonly LogReader[]): Promise<void> {
    const { clock } = this;
    let timer: Timer | undefined;
    const late = new Promise<void>((resolve) => {
      // What has been answered while this process stood still is read first.
      timer = clock.setTimeout(() => clock.setImmediate(resolve), MOST_WAIT_MS);
    });
    await Promise.race([Promise.all(readers.map((reader) => this.answer(reader))), late]);
    clock.clear(timer);
  }

  private answer(reader: LogReader): Promise<unknown> {
    const answer = this.asked.get(reader) ?? this.ask(reader);
    this.asked.set(reader, answer);
    return answer;
  }
}
