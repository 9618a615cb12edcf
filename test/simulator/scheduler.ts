/** Something that is to happen at a moment; `drop` before that, and it does not. */
export class Appointment {
  readonly atMs: number;
  readonly serial: number;
  readonly run: () => void;
  dropped = false;

  constructor(atMs: number, serial: number, run: () => void) {
    this.atMs = atMs;
    this.serial = serial;
    this.run = run;
  }
}

/** More than this at one moment is a loop that waits for nothing. */
const MOST_AT_ONCE = 200_000;

const before = (a: Appointment, b: Appointment): boolean =>
  a.atMs < b.atMs || (a.atMs === b.atMs && a.serial < b.serial);

/** Owns the time of a history: what happens next happens when everything before it, promises included, has come to rest. */
export class Scheduler {
  private heap: Appointment[] = [];
  private serial = 0;
  private atOnce = 0;
  /** Whole ms since the history began. */
  nowMs = 0;
  happened = 0;
  /** Something was done to an engine, of which promises may come. */
  touched = false;

  at(atMs: number, run: () => void): Appointment {
    const appointment = new Appointment(Math.max(this.nowMs, Math.ceil(atMs)), this.serial++, run);
    const { heap } = this;
    let at = heap.push(appointment) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      if (!before(appointment, heap[up]!)) break;
      heap[at] = heap[up]!;
      at = up;
    }
    heap[at] = appointment;
    return appointment;
  }

  after(waitMs: number, run: () => void): Appointment {
    return this.at(this.nowMs + Math.max(0, waitMs), run);
  }

  /** Lets things happen until `ended` or this moment. @returns whether `ended` */
  async run(untilMs: number, ended: () => boolean = () => false): Promise<boolean> {
    for (;;) {
      if (ended()) return true;
      const next = this.take(untilMs);
      if (!next) {
        this.nowMs = Math.max(this.nowMs, untilMs);
        return ended();
      }
      this.atOnce = next.atMs === this.nowMs ? this.atOnce + 1 : 0;
      if (this.atOnce > MOST_AT_ONCE) throw new Error(`nothing but loops at ${this.nowMs} ms`);
      this.nowMs = next.atMs;
      this.happened += 1;
      next.run();
      if (!this.touched) continue;
      this.touched = false;
      // Real, and the only one of a history: after it every promise and every `nextTick` has been followed to its end.
      await new Promise<void>((resolve) => void setImmediate(resolve));
    }
  }

  private take(untilMs: number): Appointment | undefined {
    const { heap } = this;
    while (heap[0]?.dropped) this.pop();
    return heap[0] && heap[0].atMs <= untilMs ? this.pop() : undefined;
  }

  private pop(): Appointment | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (!first || !last || first === last) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1]!, heap[child]!)) child += 1;
      if (!before(heap[child]!, last)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}
