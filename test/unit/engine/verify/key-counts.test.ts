import { expect, it } from 'vitest';
import { parseKeyspace } from '../../../../electron/engine/verify/key-counts.ts';

it('reads each database, whatever else INFO tells', () => {
  const info = [
    '# Server',
    'redis_version:7.0.15',
    '',
    '# Keyspace',
    'db0:keys=12,expires=3,avg_ttl=1200',
    'db15:keys=1,expires=0,avg_ttl=0,subexpiry=0',
    '',
  ].join('\r\n');
  expect(parseKeyspace(info)).toEqual(
    new Map([
      [0, { keys: 12, expires: 3 }],
      [15, { keys: 1, expires: 0 }],
    ]),
  );
});

it('finds nothing in an empty server, and counts what an old server leaves out as 0', () => {
  expect(parseKeyspace('# Keyspace\r\n').size).toBe(0);
  expect(parseKeyspace('db3:keys=5')).toEqual(new Map([[3, { keys: 5, expires: 0 }]]));
});
