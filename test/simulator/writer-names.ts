import type { Random } from './random.ts';

export const EXPIRING = 6;
export const LATE_NAMES = 8;

/** Names that a source comes to use now and then, each for values of one kind: where a target has keys of its own some are among these. */
export const lateName = (nth: number): string => `late:${nth}`;

/** A command on one of them, or that makes one of another key. */
export function lateCommand(random: Random, tag: string, next: () => string): readonly string[] {
  const nth = random.between(0, LATE_NAMES - 1);
  const key = `${tag}${lateName(nth)}`;
  const text = `${tag}text:${random.between(0, 3)}`;
  if (random.chance(0.2)) return ['DEL', key];
  switch (nth % 4) {
    case 0:
      return ['RPUSH', key, next()];
    case 1:
      return ['HINCRBY', key, 'f:0', '1'];
    case 2:
      return ['INCR', key];
    default:
      return random.pick<() => readonly string[]>([
        () => ['APPEND', key, next()],
        () => ['RENAME', text, key],
        () => ['COPY', text, key, 'REPLACE'],
        () => ['SET', key, next(), 'PX', String(random.between(200, 20_000))],
      ])();
  }
}
