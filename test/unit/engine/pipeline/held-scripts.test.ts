import { latenessArgument } from '../../../../electron/engine/expiry/marks-script.ts';
import { longLate } from '../../../support/lateness.ts';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DatabaseChoice } from '../../../../electron/engine/commands/database-choice.ts';
import { HeldScripts, type ScriptGround } from '../../../../electron/engine/pipeline/held-scripts.ts';

const bytes = (...words: string[]): Buffer[] => words.map((word) => Buffer.from(word));
const sha = (text: string): string => createHash('sha1').update(text).digest('hex');
const SCRIPT = "return redis.call('EXPIRE', KEYS[1], 5) -- no line end";
const KEY = 'lockstep:{tasks}:scripts:t';

function start(ground: Partial<ScriptGround> = {}): HeldScripts {
  return new HeldScripts({
    sourceVersion: 60200,
    databases: new DatabaseChoice([0, 3]),
    targetDatabases: 16,
    flushAllowed: false,
    declaredOnly: false,
    keptKeys: undefined,
    textsKey: KEY,
    texts: new Map(),
    ...ground,
  });
}

/** The commands as text, without the wrapper itself. */
const sent = (scripts: HeldScripts, ...words: string[]): string[][] =>
  scripts
    .run(bytes(...words), 3, 1000, longLate())
    .map((command) =>
      command.map(String).filter((word, i) => !(i === 1 && word.startsWith('local REFUSED'))),
    );
const noted = (scripts: HeldScripts): string[][] => scripts.takeNotes().map((words) => words.map(String));
const held = (text: string, ...args: string[]): string[] => [
  text,
  '1000',
  latenessArgument(longLate()),
  '3',
  '0,3',
  '16',
  '0',
  '',
  ...args,
];

describe('scripts that the source sends as they are', () => {
  it('get the time they ran at and what the task allows in front of their own arguments', () => {
    const scripts = start();
    expect(sent(scripts, 'eval', SCRIPT, '1', 'k', 'a')).toEqual([
      ['SCRIPT', 'LOAD', SCRIPT],
      ['EVAL', '1', 'k', ...held(SCRIPT, 'a')],
    ]);
    expect(noted(scripts)).toEqual([['HSET', KEY, sha(SCRIPT), SCRIPT]]);
    expect(noted(scripts)).toEqual([]);
  });

  it('are loaded once, and known by their hash from then on', () => {
    const scripts = start();
    sent(scripts, 'EVAL', SCRIPT, '0');
    expect(sent(scripts, 'EVAL', SCRIPT, '0')).toEqual([['EVAL', '0', ...held(SCRIPT)]]);
    expect(sent(scripts, 'EVALSHA', sha(SCRIPT).toUpperCase(), '0')).toEqual([
      ['EVAL', '0', ...held(SCRIPT)],
    ]);
  });

  it('are known from an earlier run, and forgotten at SCRIPT FLUSH', () => {
    const scripts = start({ texts: new Map([[sha(SCRIPT), Buffer.from(SCRIPT)]]) });
    expect(sent(scripts, 'EVALSHA', sha(SCRIPT), '0')).toEqual([['EVAL', '0', ...held(SCRIPT)]]);
    scripts.script(bytes('SCRIPT', 'FLUSH'));
    expect(noted(scripts)).toEqual([['DEL', KEY]]);
    expect(() => sent(scripts, 'EVALSHA', sha(SCRIPT), '0')).toThrow(/without its text/);
    scripts.script(bytes('script', 'load', SCRIPT));
    expect(sent(scripts, 'EVALSHA', sha(SCRIPT), '0')).toHaveLength(1);
  });

  it('are never run unwrapped: a hash without its text is refused, as is a count of keys that is none', () => {
    expect(() => sent(start(), 'EVALSHA', sha('x'), '1', 'k')).toThrow(
      expect.objectContaining({ code: 'SCRIPT_REFUSED' }),
    );
    for (const count of ['x', '-1', '2', '1.5', ''])
      expect(() => sent(start(), 'EVAL', SCRIPT, count, 'k')).toThrow(
        expect.objectContaining({ code: 'SOURCE_PROTOCOL' }),
      );
    expect(() => sent(start(), 'EVAL', SCRIPT)).toThrow(expect.objectContaining({ code: 'SOURCE_PROTOCOL' }));
  });

  it('are refused from a source that always sends what they wrote, and functions from any', () => {
    const code = expect.objectContaining({ code: 'SCRIPT_REFUSED' });
    const both = [start({ sourceVersion: 70000 }), start()] as const;
    for (const name of ['EVAL', 'evalsha', 'FCALL']) {
      const scripts = both[name === 'FCALL' ? 1 : 0];
      expect(() => sent(scripts, name, SCRIPT, '0')).toThrow(code);
      expect(() => scripts.leaveOut(bytes(name, SCRIPT, '0'), 5)).toThrow(code);
      expect(scripts.keepsTexts).toBe(false);
    }
  });

  it('are forgotten, the oldest first, past a number and past a number of bytes', () => {
    const scripts = start();
    for (let i = 0; i <= 20_000; i++) scripts.script(bytes('SCRIPT', 'LOAD', `return ${i}`));
    expect(noted(scripts).at(-1)).toEqual(['HDEL', KEY, sha('return 0')]);
    expect(() => sent(scripts, 'EVALSHA', sha('return 0'), '0')).toThrow(/without its text/);
    expect(sent(scripts, 'EVALSHA', sha('return 1'), '0')).toHaveLength(1);
    scripts.script(bytes('SCRIPT', 'LOAD', `--${'x'.repeat(64 * 1024 * 1024 - 100)}`));
    expect(() => sent(scripts, 'EVALSHA', sha('return 1'), '0')).toThrow(/without its text/);
  });

  it('that ran in a database which is left out are refused where they may have reached another', () => {
    const scripts = start();
    scripts.leaveOut(bytes('EVAL', "for i = 1, select('#', ...) do redis.call('SET', 'k', i) end", '0'), 5);
    for (const text of ["redis.call('SELECT', 0)", 'redis.call("move", "k", 0)', "redis.pcall('FlushAll')"])
      expect(() => scripts.leaveOut(bytes('EVAL', text, '0'), 5)).toThrow(
        expect.objectContaining({ code: 'DATABASE_CROSSING' }),
      );
    expect(() => scripts.leaveOut(bytes('EVALSHA', sha('never seen'), '0'), 5)).toThrow(/database 5/);
  });
});
