import type { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { countDatabases } from '../../../../electron/engine/control/database-count.ts';

/** A server with so many databases, whose CONFIG answers this, or is refused. */
function server(databases: number, config?: unknown) {
  const selected: number[] = [];
  const redis = {
    call: async () => {
      if (config === undefined) throw new Error('NOPERM no permissions');
      return config;
    },
    select: async (db: number) => {
      selected.push(db);
      if (db >= databases) throw new Error('ERR DB index is out of range');
    },
  };
  return { selected, redis: redis as unknown as Redis };
}

it('asks the configuration, and selects nothing then', async () => {
  const { redis, selected } = server(16, ['databases', '32']);
  expect(await countDatabases(redis)).toBe(32);
  expect(selected).toEqual([]);
});

it.each([[], ['databases', 'many'], ['databases', '0'], 'OK'])('does not believe %j', async (reply) => {
  expect(await countDatabases(server(16, reply).redis)).toBe(16);
});

it.each([1, 2, 3, 15, 16, 17, 100, 1 << 20])(
  'finds %i by trying, and ends in database 0',
  async (databases) => {
    const { redis, selected } = server(databases);
    expect(await countDatabases(redis)).toBe(databases);
    expect(selected.at(-1)).toBe(0);
    expect(selected.length).toBeLessThan(50);
  },
);

it('ends at a bound with a server that takes any number', async () => {
  expect(await countDatabases(server(Infinity).redis)).toBeLessThanOrEqual((1 << 20) + 1);
});

it('does not take a broken connection for a missing database', async () => {
  const { redis } = server(16);
  redis.select = () => Promise.reject(new Error('Connection is closed.'));
  await expect(countDatabases(redis)).rejects.toThrow('Connection is closed.');
});
