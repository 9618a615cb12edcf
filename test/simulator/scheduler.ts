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

interface Span {
  readonly untilMs: number;
  readonly ended: () => boolean;
  readonly resolve: (ended: boolean) => void;
  readonly reject: (error: unknown) => void;
}

const TURNS_AT_ONCE = 64;
const SETTLED = Promise.resolve();

/** More than this at one moment is a loop that waits for nothing. */
const MOST_AT_ONCE = 200_000;

const before = (a: Appointment, b: Appointment): boolean =>
  a.atMs < b.atMs || (a.atMs === b.atMs && a.serial < b.serial);

/** Owns the time of a history: what happens next happens when everything before it, promises included, has come to rest. */
export class Scheduler {
  private heap: Appointment[] = [];
  private serial = 0;
  private atOnce = 0;
  private span: Span | undefined;
  private turnsAhead = 0;
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
  run(untilMs: number, ended: () => boolean = () => false): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.span = { untilMs, ended, resolve, reject };
      this.goOn();
    });
  }

  /** In a turn of its own, so that whatever was touched before has come to rest. */
  private readonly turn = (): void => {
    this.turnsAhead -= 1;
    // As promises do, and not before them.
    if (this.span) void SETTLED.then(this.goOn);
  };

  private readonly goOn = (): void => {
    const { span } = this;
    if (!span) return;
    try {
      const result = this.untilTouched(span);
      if (result === undefined) return this.wantTurn();
      this.span = undefined;
      span.resolve(result);
    } catch (error) {
      this.span = undefined;
      span.reject(error);
    }
  };

  /**
   * Real turns are the only real thing in a history: between two of them every promise and every `nextTick` is followed to its end. Many
   * are asked for at once, since the event loop looks at the machine's own sockets only behind the last of them.
   */
  private wantTurn(): void {
    if (this.turnsAhead > 0) return;
    this.turnsAhead = TURNS_AT_ONCE;
    for (let i = 0; i < TURNS_AT_ONCE; i++) setImmediate(this.turn);
  }

  /** @returns whether the span has `ended`; undefined where an engine was touched, and has to come to rest */
  private untilTouched({ untilMs, ended }: Span): boolean | undefined {
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
      return undefined;
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
