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

/** How many of 50 keys begin so, and by which factor more or less of them differ. */
const SHARES: readonly (readonly [prefix: string, of50: number, factor: number])[] = [
  ['user:cart:', 6, 1],
  ['user:name:', 4, 0],
  ['user:session:', 6, 0.05],
  ['page:', 3, 2],
  ['job:waiting:', 3, 2],
  ['job:done:', 4, 0.2],
  ['order:open:', 5, 1],
  ['order:paid:', 9, 0],
  ['order:sent:', 3, 0.1],
  ['stock:eu:', 3, 0],
  ['stock:us:', 1, 0.5],
  ['mail:', 2, 0],
  ['flag:', 1, 3],
];
const PREFIXES = SHARES.flatMap((one) => Array.from({ length: one[1] }, () => one));

/** `share` of the keys of most prefixes differ. Every fourth key has an expiry, every third is a hash. */
export async function plantDifferences(
  source: Redis,
  target: Redis,
  { keys, share, seed }: { readonly keys: number; readonly share: number; readonly seed: number },
): Promise<Planted> {
  const random = randomOf(seed);
  // One time for both sides, which a busy machine may write seconds apart.
  const nowS = Math.floor(Date.now() / 1000);
  const kinds = new Map<string, PlantedKind>();
  const [a, b] = [source.pipeline(), target.pipeline()];
  for (let n = 0; n < keys; n++) {
    const [prefix, , factor] = PREFIXES[(n * 7) % PREFIXES.length]!;
    const key = `${prefix}k${n}`;
    const kind = random() < share * factor ? KINDS[Math.floor(random() * KINDS.length)]! : undefined;
    if (kind) kinds.set(key, kind);
    for (const pipeline of [a, b]) {
      const here = pipeline === a;
      if (kind === (here ? 'extra' : 'missing')) continue;
      const other = !here && kind === 'value' ? ' of another one' : '';
      if (!here && kind === 'type') pipeline.rpush(key, 'x');
      else if (n % 3 === 0) pipeline.hset(key, 'field', `value ${n}${other}`);
      else pipeline.set(key, `value ${n}${other}`);
      const lasts = n % 4 === 0 || (!here && kind === 'expiry');
      if (lasts) pipeline.expireat(key, nowS + (!here && kind === 'expiry' ? 50_000 : 5000));
    }
  }
  await Promise.all([a.exec(), b.exec()]);
  const count = (kind: PlantedKind, prefix = ''): number =>
    [...kinds].filter(([key, its]) => its === kind && key.startsWith(prefix)).length;
  return { keys, sourceKeys: keys - count('extra'), targetKeys: keys - count('missing'), kinds, count };
}
