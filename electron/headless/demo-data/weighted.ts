import type { Random } from './random.ts';

/** A choice among items by their integer weights: a function that draws one. Constant time. */
export function weighted<T>(items: readonly (readonly [weight: number, item: T])[]): (random: Random) => T {
  const tickets = items.flatMap(([weight, item]) => Array.from({ length: weight }, () => item));
  return (random) => random.pick(tickets);
}
