import { describe, expect, it } from 'vitest';
import { databasesOf, infoField, parseInfo } from '../../../../electron/engine/control/info.ts';

it('INFO is read whatever its line ends, without titles', () => {
  const info = parseInfo(
    '# Server\r\nredis_version:7.0.15\r\nos:Linux 5:x\r\n\r\n# Keyspace\nempty:\n:none\nno colon\n',
  );
  expect([...info]).toEqual([
    ['redis_version', '7.0.15'],
    ['os', 'Linux 5:x'],
    ['empty', ''],
  ]);
});

it('keyspace lines give the keys of each database', () => {
  const info = parseInfo(
    'db0:keys=1,expires=0,avg_ttl=0\r\ndb15:keys=12,expires=3,avg_ttl=0,subexpiry=0\r\ndb_x:1\r\ndb1:none\r\n',
  );
  expect([...databasesOf(info)]).toEqual([
    [0, { keys: 1, expires: 0 }],
    [15, { keys: 12, expires: 3 }],
  ]);
});

describe('one field of INFO', () => {
  const text = '# Stats\r\nevicted_keys:12\r\nexpired_keys:7\r\nname_of:a:b\r\nlast:x';

  it.each([
    ['evicted_keys', '12'],
    ['expired_keys', '7'],
    ['name_of', 'a:b'],
    ['last', 'x'],
    ['keys', undefined],
    ['Stats', undefined],
  ])('%s', (name, expected) => expect(infoField(text, name)).toBe(expected));
});
