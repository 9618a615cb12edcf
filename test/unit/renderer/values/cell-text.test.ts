import { expect, it } from 'vitest';
import { cellText } from '../../../../renderer/values/cell-text.ts';
import type { KeyCell } from '../../../../shared/model/key-reading.ts';

const cell = (bytes: Buffer | string, from = 0, size?: number): KeyCell => {
  const all = Buffer.from(bytes);
  return { base64: all.toString('base64'), from, size: size ?? all.length };
};

it.each([
  ['text stays text', 'größe 日本\nand a line', 'text', 'größe 日本\nand a line'],
  ['control characters make bytes', 'a\u0000b', 'hex', '61 00 62'],
  ['what is no UTF-8 is bytes', Buffer.from([0xff, 0xfe, 0x41]), 'hex', 'ff fe 41'],
  ['a bare number is no JSON to unfold', '12', 'text', '12'],
  ['what only looks like JSON is text', '{"a":', 'text', '{"a":'],
])('%s', (_, bytes, kind, text) => {
  expect(cellText(cell(bytes))).toMatchObject({ kind, text, cut: '' });
});

it('JSON is unfolded as it is written: numbers keep all digits, strings their escapes', () => {
  const text = '{"id":9007199254740993,"of":[1,{"a":"x, {y}\\""}],"none":[],"also":{}}';
  expect(cellText(cell(text))).toEqual({
    kind: 'json',
    text,
    cut: '',
    unfolded: [
      '{',
      '  "id": 9007199254740993,',
      '  "of": [',
      '    1,',
      '    {',
      '      "a": "x, {y}\\""',
      '    }',
      '  ],',
      '  "none": [],',
      '  "also": {}',
      '}',
    ].join('\n'),
  });
});

it('of what is cut a character at either end may be in parts, and what is missing is said', () => {
  const text = Buffer.from('日本語');
  expect(cellText(cell(text.subarray(1, 8), 1, 9))).toMatchObject({
    ...{ kind: 'text', text: '本' },
    cut: 'bytes 1 to 7 of 9',
  });
  const hex = cellText(cell(Buffer.alloc(5000, 0xff), 0, 5000));
  expect(hex.cut).toBe('bytes 0 to 2047 of 5000');
  expect(hex.text.split('\n').length).toBe(128);
});
