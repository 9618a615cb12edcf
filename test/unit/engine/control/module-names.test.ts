import type { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { moduleNames, readModules } from '../../../../electron/engine/control/module-names.ts';

const server = (reply: unknown, status = 'ready'): Redis =>
  ({
    status,
    call: async () => {
      if (reply instanceof Error) throw reply;
      return reply;
    },
  }) as unknown as Redis;

it('reads names and versions, wherever they stand in a row', async () => {
  const rows = [
    ['name', 'ReJSON', 'ver', 20811, 'path', '/x', 'args', []],
    ['path', '/y', 'ver', 1, 'name', 'bf'],
  ];
  expect(await readModules(server(rows))).toEqual([
    { name: 'ReJSON', version: 20811 },
    { name: 'bf', version: 1 },
  ]);
  expect(await moduleNames(server(rows))).toEqual(['ReJSON', 'bf']);
});

it.each([[[]], ['OK'], [null], [[7, ['ver', 1]]]])('takes none from %j', async (reply) => {
  expect(await readModules(server(reply))).toEqual([]);
});

it('takes a server that knows no modules, or does not tell, for one without', async () => {
  expect(
    await readModules(server(Object.assign(new Error('ERR unknown command'), { name: 'ReplyError' }))),
  ).toEqual([]);
});

it('does not take a broken connection for a server without modules', async () => {
  await expect(readModules(server(new Error('Connection is closed.'), 'end'))).rejects.toThrow('closed');
});
