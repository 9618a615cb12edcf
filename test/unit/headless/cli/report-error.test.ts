import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { reportError } from '../../../../electron/headless/cli/report-error.ts';
import { ERROR_CATALOGUE } from '../../../../shared/errors/catalogue.ts';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';

let out: string;
let err: string;

beforeEach(() => {
  out = '';
  err = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean((out += String(text))));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => Boolean((err += String(text))));
});

afterEach(() => {
  vi.restoreAllMocks();
});

const { title, cause, remedy } = ERROR_CATALOGUE.TARGET_OUT_OF_MEMORY;

it('tells a person the code, what happened, why and what to do', () => {
  expect(reportError(new LockstepError('TARGET_OUT_OF_MEMORY', 'SET k: OOM'), false)).toBe(4);
  expect(err).toBe(
    `\nTARGET_OUT_OF_MEMORY: ${title}\n  What:   SET k: OOM\n  Why:    ${cause}\n  To do:  ${remedy}\n`,
  );
  expect(out).toBe('');
});

it('tells a program the same in one line', () => {
  expect(reportError(new LockstepError('TARGET_OUT_OF_MEMORY', 'SET k:\nOOM'), true)).toBe(4);
  expect(out.endsWith('\n') && out.indexOf('\n') === out.length - 1).toBe(true);
  expect(JSON.parse(out)).toEqual({
    type: 'error',
    code: 'TARGET_OUT_OF_MEMORY',
    title,
    fact: 'SET k:\\x0aOOM',
    cause,
    remedy,
    exit: 4,
  });
  expect(err).toBe('');
});

it('takes anything else for a fault of its own, in plain words', () => {
  expect(reportError(new TypeError("Cannot read properties of null (reading 'x')"), false)).toBe(70);
  expect(err).toContain('INTERNAL');
  expect(err).toMatch(/What: {3}something unexpected happened \(report-error\.test\.ts:\d+\)\n/);
  expect(reportError('just text', false)).toBe(70);
  expect(err).not.toMatch(/Cannot read|just text|\n {4}at /);
});
