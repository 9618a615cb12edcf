/** What a sample says of all: the bounds of Clopper and Pearson, which are exact for a binomial distribution. */

export interface Proportion {
  readonly atLeast: number;
  readonly atMost: number;
}

const STEPS = 200;

/**
 * Between which shares of all things have a property, where `found` of `looked` that chance has chosen have it, with this confidence. Where
 * none or all of them have it, all of the doubt is on the one side that is left. Things that are drawn without being put back are a
 * little more certain than that, never less.
 */
export function proportionBound(found: number, looked: number, confidence: number): Proportion {
  if (looked === 0) return { atLeast: 0, atMost: 1 };
  const doubt = 1 - confidence;
  const oneSided = found === 0 || found === looked;
  const each = oneSided ? doubt : doubt / 2;
  return {
    atLeast: found === 0 ? 0 : solve((p) => betaRegular(p, found, looked - found + 1) - each),
    atMost: found === looked ? 1 : solve((p) => each - (1 - betaRegular(p, found + 1, looked - found))),
  };
}

/** Where a function that grows from 0 to 1 crosses zero. */
function solve(grows: (p: number) => number): number {
  let low = 0;
  let high = 1;
  for (let step = 0; step < STEPS && high - low > Number.EPSILON * high; step++) {
    const middle = (low + high) / 2;
    if (grows(middle) < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The regularised incomplete beta function of `x` for `a` and `b`, by its continued fraction. */
function betaRegular(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return x < (a + 1) / (a + b + 2)
    ? (front * betaFraction(x, a, b)) / a
    : 1 - (front * betaFraction(1 - x, b, a)) / b;
}

const TINY = 1e-300;
const awayFromZero = (value: number): number => (Math.abs(value) < TINY ? TINY : value);

/** Lentz's method. It needs about as many steps as the root of the larger one of `a` and `b`. */
function betaFraction(x: number, a: number, b: number): number {
  const most = 200 + 10 * Math.sqrt(Math.max(a, b));
  let c = 1;
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  const times = (factor: number): number => {
    d = 1 / awayFromZero(1 + factor * d);
    c = awayFromZero(1 + factor / c);
    fraction *= c * d;
    return c * d;
  };
  for (let m = 1; m <= most; m++) {
    times((m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)));
    const change = times((-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)));
    if (Math.abs(change - 1) < 1e-15) break;
  }
  return fraction;
}

/** Lanczos's approximation, for numbers of 1 and above to about fifteen digits. */
const LANCZOS = [
  676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406, 12.507343278686905,
  -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
];
function logGamma(number: number): number {
  const z = number - 1;
  const sum = LANCZOS.reduce((total, part, i) => total + part / (z + i + 1), 0.9999999999998099);
  const t = z + LANCZOS.length - 0.5;
  return Math.log(Math.sqrt(2 * Math.PI)) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}
