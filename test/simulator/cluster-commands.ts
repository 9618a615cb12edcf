import type { Random } from './random.ts';

/**
 * A command that uses several keys, which on a cluster may lie in several slots: of the kinds that are divided there, carried over, or done
 * in one step.
 */
export function clusterCommand(
  random: Random,
  key: (kind: string, count: number) => string,
  next: () => string,
): readonly string[] {
  const kind = random.pick(['text', 'list', 'counter', 'hash']);
  switch (random.between(0, 6)) {
    case 0:
      return ['RENAME', key(kind, 4), key(kind, 4)];
    case 1:
      return ['COPY', key(kind, 4), key(kind, 4), 'REPLACE'];
    case 2:
      return ['MSET', key('text', 4), next(), key('text', 4), next(), key('text', 4), next()];
    case 3:
      return [random.pick(['DEL', 'UNLINK']), key('text', 4), key('session', 12), key('counter', 5)];
    case 4:
      return ['RPOPLPUSH', key('list', 4), key('list', 4)];
    default:
      return ['LMOVE', key('list', 4), key('list', 4), ends(random), ends(random)];
  }
}

const ends = (random: Random): string => random.pick(['LEFT', 'RIGHT']);
