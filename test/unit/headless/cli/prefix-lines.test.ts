import { expect, it } from 'vitest';
import { prefixLines } from '../../../../electron/headless/cli/prefix-lines.ts';
import type { PrefixCounts, PrefixReport } from '../../../../shared/model/comparison.ts';

const at = (prefix: string, some: Partial<PrefixCounts> = {}): PrefixCounts => ({
  db: 0,
  prefix,
  depth: prefix.split(':').length - 1,
  pattern: false,
  ...{ sourceKeys: 1000, targetKeys: 900, missing: 0, extra: 0, value: 0, type: 0, expiry: 0 },
  ...some,
});
const report = (prefixes: readonly PrefixCounts[], some: Partial<PrefixReport> = {}): PrefixReport => ({
  ...{ delimiters: [{ db: 0, delimiter: ':' }], prefixes, unlistedKeys: 0, exact: true },
  ...some,
});

it('tells the longest prefix that has all differences of a short one, those with most first', () => {
  const lines = prefixLines(
    report([
      at('', { missing: 103, value: 5 }),
      at('page:', { missing: 3, value: 5 }),
      at('page:a:', { missing: 3 }),
      at('page:b:', { value: 5 }),
      at('user:', { missing: 100 }),
      at('user:*:', { missing: 100 }),
      at('user:*:cart:', { missing: 100, sourceKeys: 100, targetKeys: 0 }),
      at('user:all:'),
      at('well:'),
    ]),
  );
  expect(lines).toEqual([
    'By prefix, most differences first:',
    '  user:*:cart:  100 keys on the source, 0 on the target; 100 missing on the target',
    '  page:  1,000 keys on the source, 900 on the target; 3 missing on the target, 5 of another value',
  ]);
});

it('says what is not told, and that nothing differs', () => {
  expect(prefixLines(report([at('')], { delimiters: [{ db: 0, delimiter: null }] }))).toEqual([
    'By prefix: none has keys that differ',
    '  Nothing divides the names in database 0',
  ]);
  const many = Array.from({ length: 25 }, (_, n) => at(`p${n}:`, { extra: n + 1 }));
  const lines = prefixLines(report([at('', { extra: 1 }), ...many], { unlistedKeys: 7, exact: false }));
  expect(lines).toHaveLength(24);
  expect(lines[1]).toContain('p24:  ');
  expect(lines.slice(-3)).toEqual([
    '  … and 5 more prefixes with keys that differ',
    '  7 keys count for a shorter prefix than their own',
    '  Keys in slots that changed hands meanwhile are counted twice; their differences are not',
  ]);
});
