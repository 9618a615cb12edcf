import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { HeldScripts } from '../../../../electron/engine/pipeline/held-scripts.ts';

const bytes = (...words: string[]): Buffer[] => words.map((word) => Buffer.from(word));
const sha = (text: string): string => createHash('sha1').update(text).digest('hex');
const SCRIPT = "return redis.call('EXPIRE', KEYS[1], 5) -- no line end";

/** The commands as text, with the wrapped script cut down to what stands in it. */
function sent(scripts: HeldScripts, ...words: string[]): string[][] {
  return scripts
    .run(bytes(...words), 1000, 2000)
    .map((command) =>
      command.map(
        (word) => /pcall\(function\(\.\.\.\)\n(.*)\nend\)/s.exec(String(word))?.[1] ?? String(word),
      ),
    );
}

it('gives a script the time it ran at and the hold, behind its own arguments', () => {
  const scripts = new HeldScripts();
  expect(sent(scripts, 'eval', SCRIPT, '1', 'k', 'a')).toEqual([
    ['SCRIPT', 'LOAD', SCRIPT],
    ['EVAL', SCRIPT, '1', 'k', 'a', '1000', '2000'],
  ]);
});

it('loads a script once, and knows it by its hash from then on', () => {
  const scripts = new HeldScripts();
  sent(scripts, 'EVAL', SCRIPT, '0');
  expect(sent(scripts, 'EVAL', SCRIPT, '0')).toEqual([['EVAL', SCRIPT, '0', '1000', '2000']]);
  expect(sent(scripts, 'EVALSHA', sha(SCRIPT).toUpperCase(), '0')).toEqual([
    ['EVAL', SCRIPT, '0', '1000', '2000'],
  ]);
});

it('takes note of SCRIPT LOAD and SCRIPT FLUSH', () => {
  const scripts = new HeldScripts();
  scripts.script(bytes('script', 'load', SCRIPT));
  expect(sent(scripts, 'EVALSHA', sha(SCRIPT), '0')).toEqual([['EVAL', SCRIPT, '0', '1000', '2000']]);
  scripts.script(bytes('SCRIPT', 'FLUSH'));
  expect(sent(scripts, 'EVALSHA', sha(SCRIPT), '0')).toEqual([['EVALSHA', sha(SCRIPT), '0']]);
});

it('passes a hash that only the target knows', () => {
  expect(sent(new HeldScripts(), 'EVALSHA', sha('x'), '1', 'k')).toEqual([['EVALSHA', sha('x'), '1', 'k']]);
});

it('forgets the oldest of very many scripts', () => {
  const scripts = new HeldScripts();
  for (let i = 0; i <= 1000; i++) sent(scripts, 'EVAL', `return ${i}`, '0');
  expect(sent(scripts, 'EVALSHA', sha('return 0'), '0')[0]![0]).toBe('EVALSHA');
  expect(sent(scripts, 'EVALSHA', sha('return 1'), '0')[0]![0]).toBe('EVAL');
});
