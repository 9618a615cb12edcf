import type { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { standingKeys } from '../../../../electron/engine/checkpoint/ownership.ts';
import { DatabaseChoice } from '../../../../electron/engine/commands/database-choice.ts';

/** A server that counts some keys, and by the time that they are gone through has these. */
const server = (counted: number, keys: readonly string[]): Redis =>
  ({
    info: async () => `# Keyspace\r\ndb0:keys=${counted},expires=0,avg_ttl=0\r\n`,
    select: async () => 'OK',
    dbsize: async () => counted,
    scan: async () => ['0', keys.filter((key) => key.startsWith('lockstep:'))],
    scanBuffer: async () => ['0', keys.map((key) => Buffer.from(key))],
  }) as unknown as Redis;

const counted = async (count: number, ...keys: string[]): Promise<(readonly [number, number])[]> => [
  ...(await standingKeys([server(count, keys)], DatabaseChoice.parse('all'), undefined)),
];

it("counts what is not the tool's own, though that is carried to another node while it is counted", async () => {
  expect(await counted(2, 'lockstep:{tasks}', 'theirs')).toEqual([[0, 1]]);
  expect(await counted(1, 'lockstep:{tasks}')).toEqual([]);
  expect(await counted(1)).toEqual([]);
  expect(await counted(1, 'lockstep:{tasks}', 'lockstep:{tasks}:checkpoint:orders')).toEqual([]);
});
