import { expect, it } from 'vitest';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { visible, visibleIn, visibleLines } from '../../../../shared/format/visible.ts';

it.each([
  ['\u001b[2J\u001b[1;1Hall is well', '\\x1b[2J\\x1b[1;1Hall is well'],
  ['\u009b31m', '\\x9b31m'],
  ['a\r\nb\tc\u0000', 'a\\x0d\\x0ab\\x09c\\x00'],
  ['7.0\u202e51.0', '7.0\\u202e51.0'],
  ['\u2066\u2069\u200b\u200e\ufeff', '\\u2066\\u2069\\u200b\\u200e\\ufeff'],
  ['half a pair \ud83d', 'half a pair \\ud83d'],
])('%j is shown as %s', (text, shown) => {
  expect(visible(text)).toBe(shown);
});

it('leaves what people write alone, in any script', () => {
  const text = 'Zürich 東京 שלום 👩‍💻 – “quoted” \\x1b';

  expect(visible(text)).toBe(text);
  expect(visibleLines('one\ntwo\r')).toBe('one\ntwo\\x0d');
});

it('finds every text of a message, and leaves the rest of it as it is', () => {
  const when = new Date(0);
  const message = { type: 'check', found: ['a\u001b', { deep: 'b\u202e' }], keys: 3, none: null, when };

  expect(visibleIn(message)).toEqual({
    ...{ type: 'check', keys: 3, none: null, when },
    found: ['a\\x1b', { deep: 'b\\u202e' }],
  });
});

it('is what an error says of a server', () => {
  expect(new LockstepError('TARGET_REJECTED', 'it answered "\u001b[31mERR\u202e"').message).toBe(
    'it answered "\\x1b[31mERR\\u202e"',
  );
});
