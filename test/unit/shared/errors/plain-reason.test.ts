import { describe, expect, it } from 'vitest';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import {
  asLockstepError,
  plainReason,
  stackOf,
  systemReason,
} from '../../../../shared/errors/plain-reason.ts';

const system = (code: string, message: string): Error => Object.assign(new Error(message), { code });

describe('what a person reads', () => {
  it.each([
    [system('ENOTFOUND', 'getaddrinfo ENOTFOUND db.example'), 'no machine is known by that name'],
    [
      system('ECONNREFUSED', 'connect ECONNREFUSED 10.0.0.7:6379'),
      'the connection was refused: nothing listens on that port',
    ],
    [system('EPIPE', 'write EPIPE'), 'the other side has closed the connection'],
    [system('ENOSPC', 'ENOSPC: no space left on device, write'), 'there is no room left on the disk'],
    [system('EXDEV', 'EXDEV: cross-device link'), 'the system refused it (exdev)'],
    [new LockstepError('SPOOL_FULL', 'our own fact'), 'our own fact'],
  ])('of %s is %s', (error, words) => {
    expect(plainReason(error)).toBe(words);
  });

  it.each([
    new TypeError("Cannot read properties of null (reading 'length')"),
    new RangeError('Maximum call stack size exceeded'),
    system('ERR_INVALID_ARG_TYPE', 'The "path" argument must be of type string'),
    'text that was thrown',
    undefined,
  ])('of %s says nothing of the inside but where it was', (error) => {
    const known = asLockstepError(error);
    expect(known.code).toBe('INTERNAL');
    expect(known.message).toMatch(/^something unexpected happened( \([\w.-]+:\d+\))?$/);
    expect(known.cause).toBe(error);
  });
});

describe('what the makers read', () => {
  it('is the stack of what was unexpected, and of nothing else', () => {
    const error = new TypeError('x is undefined');
    expect(stackOf(error)).toContain('x is undefined');
    expect(stackOf(asLockstepError(error))).toContain('x is undefined');
    expect(stackOf(new LockstepError('SPOOL_FULL', 'f', { cause: error }))).toBeUndefined();
    expect(systemReason(error)).toBeUndefined();
  });
});
