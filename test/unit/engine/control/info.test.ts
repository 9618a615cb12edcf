import { expect, it } from 'vitest';
import { databasesOf, parseInfo } from '../../../../electron/engine/control/info.ts';

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
