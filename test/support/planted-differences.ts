/** Two servers that differ in keys which were chosen beforehand, each in a way of its own: what was planted is what a comparison has to find. */
import type { Redis } from 'ioredis';
import { randomOf } from './rdb/portions.ts';

const KINDS = ['missing', 'extra', 'value', 'type', 'expiry'] as const;
export type PlantedKind = (typeof KINDS)[number];

export interface Planted {
  /** Keys of both sides together. */
  readonly keys: number;
  readonly sourceKeys: number;
  readonly targetKeys: number;
  readonly kinds: ReadonlyMap<string, PlantedKind>;
  /** How many keys differ in this way, of those whose names begin so. */
  count(kind: PlantedKind, prefix?: string): number;
}

const PREFIXES = ['user:cart:', 'user:name:', 'page:', 'job:waiting:', 'job:done:'];

/** `share` of the keys differ. Every fourth key has an expiry, every third is a hash. */
export async function plantDifferences(
  source: Redis,
  target: Redis,
  { keys, share, seed }: { readonly keys: number; readonly share: number; readonly seed: number },
): Promise<Planted> {
  const random = randomOf(seed);
  const kinds = new Map<string, PlantedKind>();
  const [a, b] = [source.pipeline(), target.pipeline()];
  for (let n = 0; n < keys; n++) {
    // Of the second prefix none differs.
    const prefix = PREFIXES[n % PREFIXES.length]!;
    const key = `${prefix}k${n}`;
    const kind =
      prefix !== PREFIXES[1] && random() < share ? KINDS[Math.floor(random() * KINDS.length)]! : undefined;
    if (kind) kinds.set(key, kind);
    for (const pipeline of [a, b]) {
      const here = pipeline === a;
      if (kind === (here ? 'extra' : 'missing')) continue;
      const other = !here && kind === 'value' ? ' of another one' : '';
      if (!here && kind === 'type') pipeline.rpush(key, 'x');
      else if (n % 3 === 0) pipeline.hset(key, 'field', `value ${n}${other}`);
      else pipeline.set(key, `value ${n}${other}`);
      const lasts = n % 4 === 0 || (!here && kind === 'expiry');
      if (lasts) pipeline.expire(key, !here && kind === 'expiry' ? 50_000 : 5000);
    }
  }
  await Promise.all([a.exec(), b.exec()]);
  const count = (kind: PlantedKind, prefix = ''): number =>
    [...kinds].filter(([key, its]) => its === kind && key.startsWith(prefix)).length;
  return { keys, sourceKeys: keys - count('extra'), targetKeys: keys - count('missing'), kinds, count };
}
