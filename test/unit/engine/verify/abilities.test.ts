import { expect, it } from 'vitest';
import { tellAbilities } from '../../../../electron/engine/verify/abilities.ts';

const able = (info: string, arities?: Map<string, number>): string[] =>
  Object.entries(tellAbilities(info, arities)).flatMap(([name, can]) => (can ? [name] : []));

it('goes by the commands that the server knows', () => {
  const arities = new Map([
    ['memory', -2],
    ['exists', -2],
    ['hpttl', -5],
  ]);
  expect(able('redis_version:7.2.4', arities)).toEqual([
    'memoryUsage',
    'multiExists',
    'fieldTtl',
    'claimForgetsDeleted',
  ]);
  expect(able('redis_version:2.8.24', new Map([['exists', 2]]))).toEqual([]);
});

it('goes by the version where COMMAND tells nothing', () => {
  expect(able('redis_version:2.8.24')).toEqual([]);
  expect(able('# Server\r\nredis_version:6.2.16\r\n')).toEqual([
    'memoryUsage',
    'multiExists',
    'multiMembership',
  ]);
  expect(able('redis_version:7.4.1')).toHaveLength(8);
  expect(able('redis_version:10.0.0')).toHaveLength(8);
  expect(able('redis_version:7.2.4\r\nvalkey_version:8.0.1')).not.toContain('fieldTtl');
  expect(able('redis_version:7.2.4\r\nvalkey_version:9.0.0')).toContain('fieldTtl');
});
