import { SLOT_BANDS, type Contents } from '../../../../shared/model/contents.ts';

/** What a side holds; `share` makes one that has less of everything. */
export const contents = (share = 1): Contents => {
  const of = (figure: number): number => Math.round(figure * share);
  const keys = of(6_137_068);
  return {
    ...{ keys, bytes: of(9_812_400_000), measured: true, exact: true },
    types: [
      { type: 'zset', keys: of(37_000), bytes: of(7_400_000_000) },
      { type: 'hash', keys: of(1_300_000), bytes: of(1_492_000_000) },
      { type: 'string', keys: of(4_800_000), bytes: of(620_400_000) },
      { type: 'stream', keys: 68, bytes: of(300_000_000) },
    ],
    encodings: [
      { type: 'string', encoding: 'embstr', keys: of(4_800_000) },
      { type: 'hash', encoding: 'listpack', keys: of(1_290_000) },
      { type: 'zset', encoding: 'skiplist', keys: of(37_000) },
      { type: 'hash', encoding: 'hashtable', keys: of(10_000) },
      { type: 'stream', encoding: 'stream', keys: 68 },
    ],
    expiry: [60_000, 3_600_000, 86_400_000, 604_800_000, 2_592_000_000, null].map((upToMs, i) => ({
      upToMs,
      keys: of([120_000, 2_400_000, 1_900_000, 300_000, 80_000, 0][i]!),
    })),
    withoutExpiry: of(1_337_068),
    sizes: [128, 1024, 10_240, 102_400, 1_048_576, 10_485_760, null].map((upToBytes, i) => ({
      upToBytes,
      keys: of([4_800_000, 1_200_000, 100_000, 20_000, 17_000, 60, 8][i]!),
      bytes: of(1_000_000_000),
    })),
    largest: Array.from({ length: 20 }, (_, n) => ({
      db: n % 3,
      key: n === 2 ? `feed:${'very-long-name-'.repeat(12)}` : `feed:${1000 + n * 37}:timeline`,
      type: n % 4 === 3 ? 'stream' : 'zset',
      bytes: of(90_000_000 / (n + 1)),
    })),
    slots: {
      used: 16_380,
      bands: Array.from({ length: SLOT_BANDS }, (_, band) => of(47_000 + ((band * 7919) % 3000))),
      fullest: [{ slot: 5474, keys: of(61_000) }],
    },
  };
};
