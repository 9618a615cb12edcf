import { expect, it } from 'vitest';
import { ERROR_CATALOGUE, type ErrorCode, type ErrorEntry } from '../../../../shared/errors/catalogue.ts';
import { faultWords } from '../../../../shared/errors/fault-words.ts';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';

const places = {
  source: { host: 'old.example', port: 6380, tls: true, user: 'app', password: 'hunter2' },
  target: { host: '10.0.0.7', port: 6379, tls: false, user: '', hasPassword: false },
};

it('puts the real address into a command, and never the password', () => {
  const error = new LockstepError('SOURCE_UNREACHABLE', 'f');
  error.places = places;
  expect(error.remedy).toContain('redis-cli -h old.example -p 6380 --tls --user app --askpass PING');
  expect(error.remedy).not.toContain('hunter2');
  expect(faultWords('TARGET_UNREACHABLE', places).remedy).toContain('redis-cli -h 10.0.0.7 -p 6379 PING');
  expect(faultWords('SOURCE_NO_PERMISSION', places).remedy).toContain('ACL SETUSER app +psync');
  expect(faultWords('TARGET_NO_PERMISSION', places).remedy).toContain('ACL SETUSER default ');
});

const codes = Object.keys(ERROR_CATALOGUE) as ErrorCode[];

it.each(codes)('%s leaves no placeholder in what a person reads', (code) => {
  const { title, cause }: ErrorEntry = ERROR_CATALOGUE[code];
  const error = new LockstepError(code, 'f');
  for (const known of [undefined, places]) {
    error.places = known;
    const words = [
      title,
      cause,
      error.remedy,
      faultWords(code, known).cause,
      faultWords(code, known).remedy,
    ].join(' ');
    expect(words).not.toMatch(/\{[\w-]+\}|<[a-z]+>|\b(HOST|PORT|NAME|USER)\b|\/path\/to/);
  }
});
