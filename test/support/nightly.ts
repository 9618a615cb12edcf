import { it } from 'vitest';

/** Whether the cases run that no change need wait for: `npm run test:nightly` has all. */
const NIGHTLY = process.env['LOCKSTEP_NIGHTLY'] === '1';

/** Cases of which the first stand for the others by day. */
export const byDay = <T>(most: number, cases: readonly T[]): readonly T[] =>
  NIGHTLY ? cases : cases.slice(0, most);

/** The numbers from 1 on of something that is done again and again with other random choices. */
export const rounds = (day: number, night: number): readonly number[] =>
  Array.from({ length: NIGHTLY ? night : day }, (_, i) => i + 1);

/** A test that no change need wait for, as others of its file prove most of it. */
export const atNight: (name: string, test: () => Promise<void>, timeoutMs?: number) => void = NIGHTLY
  ? it
  : () => undefined;
