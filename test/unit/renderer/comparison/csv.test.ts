import fc from 'fast-check';
import { expect, it } from 'vitest';
import { differencesAsCsv } from '../../../../renderer/comparison/csv.ts';
import type { Difference } from '../../../../shared/model/comparison.ts';

const difference = (key: string, change: Partial<Difference> = {}): Difference => ({
  kind: 'value',
  source: 'a',
  target: 'b',
  db: 0,
  key,
  ...change,
});

/** Reads CSV as RFC 4180 says. */
function parse(text: string): string[][] {
  const rows: string[][] = [[]];
  let at = 0;
  while (at < text.length) {
    let field = '';
    if (text[at] === '"') {
      for (at += 1; ; at += 1) {
        if (text[at] !== '"') field += text[at];
        else if (text[at + 1] === '"') field += text[(at += 1)];
        else break;
      }
      at += 1;
    } else {
      while (at < text.length && text[at] !== ',' && !text.startsWith('\r\n', at)) field += text[at++];
    }
    rows.at(-1)?.push(field);
    if (text[at] === ',') at += 1;
    else if (text.startsWith('\r\n', at)) {
      at += 2;
      if (at < text.length) rows.push([]);
    }
  }
  return rows;
}

it('has a line of names and one a difference', () => {
  expect(differencesAsCsv([difference('k1'), difference('lib', { kind: 'function', db: null })])).toBe(
    'database,key,difference,source,target\r\n0,k1,value,a,b\r\n,lib,function,a,b\r\n',
  );
});

it('quotes what would break a line or a field', () => {
  expect(differencesAsCsv([difference('a,b "c"\nd')])).toContain('0,"a,b ""c""\nd",value');
});

it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx'])('keeps a spreadsheet from running %j', (key) => {
  const [, row] = parse(differencesAsCsv([difference(key, { source: key })]));
  expect(row?.[1]).toBe(`'${key}`);
  expect(row?.[3]).toBe(`'${key}`);
});

it('gives back whatever was put in', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 30 }), { minLength: 1 }), (keys) => {
      const rows = parse(differencesAsCsv(keys.map((key) => difference(key)))).slice(1);
      expect(rows.map((row) => row[1]?.replace(/^'(?=[=+\-@\t\r])/, ''))).toEqual(
        // An apostrophe before such a character cannot be told from ours, in a spreadsheet neither.
        keys.map((key) => key.replace(/^'(?=[=+\-@\t\r])/, '')),
      );
    }),
  );
});
