/** What stands in an output from a place on. */
const KIND = {
  /** Bytes of the stream as they are: they move on in both alike. */
  RUN: 0,
  /** What one command of the stream became. */
  COMMAND: 1,
  /** Parts of one that may each be run again by itself, as long as nothing that follows it was. */
  PARTS: 2,
  /** One command of which it is not known yet where it ends. */
  BEGUN: 3,
} as const;

/** Places that are done with are let go of so many at a time. */
const SHED = 1024;

/**
 * Where in the stream of the source the commands come from that stand in an output: the writer of them tells, ahead of what it
 * writes; who takes them from there asks, in the same order. Positions are those of the output (`CommandOutput.bytes`).
 */
export class StreamPlaces {
  private readonly position: () => number;
  private readonly resolved: () => void;
  private readonly positions: number[] = [];
  private readonly kinds: number[] = [];
  private readonly offsets: number[] = [];
  private readonly inside: boolean[] = [];
  private current = -1;
  private open = false;

  /** `position`: of what is written next. `resolved`: a command that was begun has ended. */
  constructor(position: () => number, resolved: () => void) {
    this.position = position;
    this.resolved = resolved;
  }

  /** What follows stands in the stream as it is, from this offset on. */
  run(offset: number): void {
    const last = this.kinds.length - 1;
    const goesOn =
      last >= 0 &&
      this.kinds[last] === KIND.RUN &&
      this.inside[last] === this.open &&
      offset - this.position() === this.offsets[last]! - this.positions[last]!;
    if (!goesOn) this.push(KIND.RUN, offset);
  }

  /** What follows is what one command became, which ends at this offset of the stream. */
  command(end: number): void {
    this.push(KIND.COMMAND, end);
  }

  /** What follows may be run again, as long as nothing behind this offset was. */
  parts(offset: number): void {
    this.push(KIND.PARTS, offset);
  }

  /** What follows is one command, the end of which `ended` tells before anything else follows. */
  begun(): void {
    this.push(KIND.BEGUN, -1);
  }

  ended(end: number): void {
    const last = this.kinds.length - 1;
    this.kinds[last] = KIND.COMMAND;
    this.offsets[last] = end;
    this.resolved();
  }

  /** What follows is inside a transaction of the source, or outside again. */
  transaction(open: boolean): void {
    this.open = open;
  }

  /** Writes something that is of no command of the stream, in front of what was told last. */
  insert(write: () => void): void {
    const position = this.position();
    write();
    // Places may have been let go of meanwhile, but never the last one.
    const last = this.kinds.length - 1;
    if (last < 0) return;
    if (this.positions[last] === position) this.positions[last] = this.position();
    else if (this.kinds[last] === KIND.RUN)
      this.push(KIND.RUN, this.offsets[last]! + position - this.positions[last]!);
  }

  /** Goes on to the command that begins at this position. */
  seek(position: number): void {
    const { positions } = this;
    while (this.current + 1 < positions.length && positions[this.current + 1]! <= position) this.current += 1;
    if (this.current < SHED) return;
    for (const list of [positions, this.kinds, this.offsets, this.inside]) list.splice(0, this.current);
    this.current = 0;
  }

  /** Where in the stream the command ends of which the last byte stands before this position; for one of the parts where all of them begin. */
  offsetOf(end: number): number {
    const { current } = this;
    const offset = this.offsets[current]!;
    return this.kinds[current] === KIND.RUN ? offset + (end - this.positions[current]!) : offset;
  }

  /** It is not known yet where the command ends. */
  get unresolved(): boolean {
    return this.kinds[this.current] === KIND.BEGUN;
  }

  get isPart(): boolean {
    return this.kinds[this.current] === KIND.PARTS;
  }

  get inTransaction(): boolean {
    return this.inside[this.current]!;
  }

  private push(kind: number, offset: number): void {
    const { positions } = this;
    const position = this.position();
    // Nothing was written from the last one on.
    if (positions.at(-1) === position && this.current < positions.length - 1) {
      positions.pop();
      this.kinds.pop();
      this.offsets.pop();
      this.inside.pop();
    }
    positions.push(position);
    this.kinds.push(kind);
    this.offsets.push(offset);
    this.inside.push(this.open);
  }
}
