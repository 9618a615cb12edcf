import { expect, it } from 'vitest';
import { isOwnKey, OWN_PREFIX } from '../../../../electron/engine/commands/own-keys.ts';

const own = (key: string): boolean => {
  const buf = Buffer.from(`lock${key}step:`, 'latin1');
  return isOwnKey(buf, 4, 4 + key.length);
};

it('is a key that begins with the prefix, all of it, in this case', () => {
  for (const key of [OWN_PREFIX, 'lockstep:{tasks}:checkpoint:t', 'lockstep:\xff\0'])
    expect(own(key)).toBe(true);
  for (const key of ['', 'l', 'lockstep', 'lockstep;', 'Lockstep:x', 'xlockstep:', ' lockstep:'])
    expect(own(key)).toBe(false);
});
