/** From these shares of keys on, a difference has the next stronger colour. */
const STEPS = [0, 0.001, 0.01, 0.1] as const;
export const STRONGEST = STEPS.length;

/** The colour of a signed share: 0 for none, down to −4 where the target lacks keys, up to 4 where it has more. */
export function stepOf(signed: number): number {
  const size = Math.abs(signed);
  const step = STEPS.filter((from) => size > from).length;
  return step === 0 ? 0 : Math.sign(signed) * step;
}

/** What the strongest colours begin at, for a legend: `more than 10 %`. */
export const STEP_WORDS = ['up to 0.1 %', 'up to 1 %', 'up to 10 %', 'more than 10 %'] as const;
