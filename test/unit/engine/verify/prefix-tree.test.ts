import { describe, expect, it } from 'vitest';
import { prefixReport } from '../../../../electron/engine/verify/prefix-report.ts';
import { PrefixTree, type PrefixRoom } from '../../../../electron/engine/verify/prefix-tree.ts';
import { MOST_PREFIXES, prefixReportSchema, type PrefixCounts } from '../../../../shared/model/comparison.ts';

const counted = (
  source: readonly string[],
  target: readonly string[] = [],
  delimiter?: string,
  room: PrefixRoom = { nodes: 0, asked: 0 },
): PrefixTree => {
  const tree = new PrefixTree(room, delimiter);
  for (const key of source) tree.count('source', Buffer.from(key, 'latin1'));
  for (const key of target) tree.count('target', Buffer.from(key, 'latin1'));
  return tree;
};
const report = (tree: PrefixTree): ReturnType<typeof prefixReport> => {
  const told = prefixReport(new Map([[0, tree]]));
  expect(prefixReportSchema.parse(told)).toEqual(told);
  return told;
};
const told = (tree: PrefixTree): Record<string, string> =>
  Object.fromEntries(
    report(tree).prefixes.map(({ prefix, sourceKeys, targetKeys }) => [
      prefix,
      `${sourceKeys}/${targetKeys}`,
    ]),
  );
const of = (tree: PrefixTree, prefix: string): PrefixCounts | undefined =>
  report(tree).prefixes.find((one) => one.prefix === prefix);

describe('keys by what their names begin with', () => {
  it('count for each prefix that they have, and for all keys', () => {
    const tree = counted(['user:1:cart', 'user:1:name', 'user:2:cart', 'page:a', 'lonely'], ['user:1:cart']);
    expect(told(tree)).toEqual({
      '': '5/1',
      'user:': '3/1',
      'user:1:': '2/1',
      'user:2:': '1/0',
      'page:': '1/0',
    });
  });

  it('are divided by what divides most of them, or by what was asked for', () => {
    const names = ['a/b:1', 'a/c', 'd/e', 'f'];
    expect(report(counted(names)).delimiters).toEqual([{ db: 0, delimiter: ':' }]);
    expect(report(counted([...names, 'x/y', 'x/z'])).delimiters).toEqual([{ db: 0, delimiter: '/' }]);
    expect(told(counted(names, [], 'b'))).toMatchObject({ '': '4/0', 'a/b': '1/0' });
    expect(report(counted(['one', 'two'])).delimiters).toEqual([{ db: 0, delimiter: null }]);
    expect(told(counted(['one', 'two']))).toEqual({ '': '2/0' });
  });

  it('with many numbers count as one, with all that is behind them', () => {
    const names = Array.from({ length: 40 }, (_, n) => [
      `user:${n}:cart`,
      `user:${n}:name`,
      `user:all:${n}`,
    ]).flat();
    const tree = counted(names, ['user:7:cart', 'user:700:cart']);
    expect(told(tree)).toMatchObject({
      'user:': '120/2',
      'user:*:': '80/2',
      'user:all:': '40/0',
    });
    expect(of(tree, 'user:*:')!.pattern).toBe(true);
    expect(report(tree).prefixes.some(({ prefix }) => prefix === 'user:7:')).toBe(false);
  });

  it('come together with what is behind numbers of their own', () => {
    const names = Array.from({ length: 40 }, (_, n) =>
      [0, 1, 2].map((k) => `u:${n}:cart:${k + 5 * n}:x`),
    ).flat();
    expect(told(counted(names))).toMatchObject({
      'u:*:': '120/0',
      'u:*:cart:': '120/0',
      'u:*:cart:*:': '120/0',
    });
  });

  it('that name few numbers, or words, count for each', () => {
    const shards = Array.from({ length: 16 }, (_, n) => `shard:${n}:x`);
    const words = Array.from(
      { length: 200 },
      (_, n) => `kind:${'abcdefghij'[n % 10]}${'klmnopqrst'[Math.floor(n / 10) % 10]}:x`,
    );
    const tree = counted([...shards, ...words]);
    expect(of(tree, 'shard:15:')!.sourceKeys).toBe(1);
    expect(of(tree, 'kind:ak:')!.sourceKeys).toBe(2);
  });

  it('of any bytes are told apart', () => {
    const tree = counted(['\xff\xfe:1', '\xff\xfd:1', 'a\\b:1']);
    expect(Object.keys(told(tree))).toEqual(
      expect.arrayContaining(['\\xff\\xfe:', '\\xff\\xfd:', 'a\\\\b:']),
    );
  });

  it('for which there is no room count for what they are a part of, which is told', () => {
    const room = { nodes: 0, asked: 0 };
    const names = Array.from({ length: MOST_PREFIXES + 50 }, (_, n) => `${word(n)}:deep:x`);
    const tree = counted(names, [], ':', room);
    expect(room.nodes).toBe(MOST_PREFIXES);
    expect(report(tree).prefixes.length).toBe(MOST_PREFIXES + 1);
    expect(tree.unlistedKeys).toBeGreaterThan(0);
    expect(of(tree, '')!.sourceKeys).toBe(names.length);
  });
});

/** A name without digits, another one for each number. */
const word = (n: number): string => [...String(n)].map((digit) => 'abcdefghij'[Number(digit)]).join('');

describe('differences by prefix', () => {
  it('count by their kind, also where the prefix becomes one of many afterwards', () => {
    const tree = counted(['u:1:a', 'u:2:a'], ['u:3:a']);
    tree.differ('missing-on-target', Buffer.from('u:1:a'), 5);
    tree.differ('missing-on-source', Buffer.from('u:3:a'), 6);
    tree.differ('group', Buffer.from('u:2:a'), 7);
    tree.differ('field-ttl', Buffer.from('u:2:a'), 7);
    tree.differ('type', Buffer.from('u:2:a'), 7);
    tree.differ('function', Buffer.from('lib'), 0);
    for (let n = 10; n < 60; n++) tree.count('source', Buffer.from(`u:${n}:a`));
    const wanted = { missing: 1, extra: 1, value: 1, type: 1, expiry: 1 };
    expect(of(tree, '')).toMatchObject(wanted);
    expect(of(tree, 'u:*:')).toMatchObject(wanted);
    // Their slots have changed hands.
    tree.forget(new Set([5, 7]));
    const left = { missing: 0, extra: 1, value: 0, type: 0, expiry: 0 };
    expect(of(tree, '')).toMatchObject(left);
    expect(of(tree, 'u:*:')).toMatchObject(left);
    expect(report(tree).exact).toBe(false);
  });
});
