/**
 * Numbers by step of time, for a fixed number of steps: each step has its place, and a later one takes over the place of
 * the one that is no longer shown. Nothing is allocated after the start. NaN stands for what there was none of.
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

  /** Each step that is held, oldest first, with its numbers behind it. */
  rows(): (number | null)[][] {
    return [...this.steps]
      .filter((step) => step >= 0)
      .sort((a, b) => a - b)
      .map((step) => [step, ...this.columns.map((_, column) => rounded(this.get(column, step)))]);
  }

  /** Takes rows of `rows` back. Those of another form are left out. */
  take(rows: readonly (readonly (number | null)[])[]): void {
    for (const [step, ...numbers] of rows) {
      if (step == null || step < 0 || numbers.length !== this.columns.length) continue;
      this.claim(step);
      numbers.forEach((value, column) => this.set(column, step, value ?? NaN));
    }
  }

  private placeOf(step: number): number {
    return step % this.steps.length;
  }
}

const rounded = (value: number): number | null =>
  Number.isNaN(value) ? null : Math.round(value * 1000) / 1000;
