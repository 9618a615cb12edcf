/**
 * Numbers by step of time, for a fixed number of steps: each step has its place, and a later one takes over the place of
 * the one that is no longer shown. Nothing is allocated after the start.
 */
export class Ring {
  private readonly columns: readonly Float64Array[];
  private readonly steps: Float64Array;

  constructor(places: number, columns: number) {
    this.steps = new Float64Array(places).fill(-1);
    this.columns = Array.from({ length: columns }, () => new Float64Array(places));
  }

  /** Makes the place of a step its own. @returns false when it was already */
  claim(step: number): boolean {
    const place = this.placeOf(step);
    if (this.steps[place] === step) return false;
    this.steps[place] = step;
    return true;
  }

  has(step: number): boolean {
    return this.steps[this.placeOf(step)] === step;
  }

  get(column: number, step: number): number {
    return this.columns[column]![this.placeOf(step)]!;
  }

  set(column: number, step: number, value: number): void {
    this.columns[column]![this.placeOf(step)] = value;
  }

  private placeOf(step: number): number {
    return step % this.steps.length;
  }
}
