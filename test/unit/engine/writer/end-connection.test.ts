import type { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  connectionName,
  endConnection,
  endTaskConnections,
} from '../../../../electron/engine/writer/end-connection.ts';
import { systemWorld } from '../../../../electron/engine/world/system-world.ts';

/** As a task's specification has it. */
const LONGEST_TASK = 200;

/** A target that answers CLIENT as it is told to, and notes what it was asked. */
function target(answer: (words: readonly string[]) => unknown, status = 'ready') {
  const asked: string[] = [];
  const call = async (...words: string[]): Promise<unknown> => {
    asked.push(words.join(' '));
    return answer(words);
  };
  return { asked, redis: { call, status } as unknown as Redis };
}

const refused = (): never => {
  const text = "NOPERM this user has no permissions to run the 'client|kill' command";
  throw Object.assign(new Error(text), { name: 'ReplyError' });
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Whether it waits before it goes on. */
async function waits(work: Promise<void>): Promise<boolean> {
  let done = false;
  const ended = work.then(() => (done = true));
  await vi.advanceTimersByTimeAsync(0);
  const waited = !done;
  await vi.advanceTimersByTimeAsync(10_000);
  await ended;
  return waited;
}

describe('one connection', () => {
  it('is killed by its number', async () => {
    const { asked, redis } = target(() => 1);
    expect(await waits(endConnection(systemWorld.clock, redis, '17'))).toBe(false);
    expect(asked).toEqual(['CLIENT KILL ID 17']);
  });

  it('is given time to go by itself where that is refused', async () => {
    expect(await waits(endConnection(systemWorld.clock, target(refused).redis, '17'))).toBe(true);
  });
});

describe('all connections of a task', () => {
  const line = (id: number, name: string): string =>
    `id=${id} addr=127.0.0.1:1 laddr=x name=${name} age=1 cmd=exec`;
  const list = [
    line(3, 'lockstep:orders'),
    line(4, 'lockstep:orders-2'),
    line(5, ''),
    line(61, 'lockstep:orders'),
  ];

  it('are killed, and no others', async () => {
    const { asked, redis } = target(([, word]) => (word === 'LIST' ? `${list.join('\n')}\n` : 1));
    expect(await waits(endTaskConnections(systemWorld.clock, [redis], 'orders'))).toBe(false);
    expect(asked).toEqual(['CLIENT LIST', 'CLIENT KILL ID 3', 'CLIENT KILL ID 61']);
  });

  it('are given time to go by themselves where one is refused', async () => {
    const { redis } = target(([, word]) => (word === 'LIST' ? list.join('\n') : refused()));
    expect(await waits(endTaskConnections(systemWorld.clock, [redis], 'orders'))).toBe(true);
  });

  it('cannot be ended over a connection that is broken, which is told', async () => {
    const { redis } = target(() => {
      throw new Error('Connection is closed.');
    }, 'end');
    await expect(endTaskConnections(systemWorld.clock, [redis], 'orders')).rejects.toThrow(
      'Connection is closed.',
    );
  });

  it('have a name of their own, however long the name of the task', async () => {
    expect(connectionName('orders')).toBe('lockstep:orders');
    const alike = 'x'.repeat(LONGEST_TASK - 1);
    const clients = [line(7, connectionName(`${alike}1`)), line(8, connectionName(`${alike}2`))];
    const { asked, redis } = target(([, word]) => (word === 'LIST' ? clients.join('\n') : 1));
    await waits(endTaskConnections(systemWorld.clock, [redis], `${alike}2`));
    expect(asked).toEqual(['CLIENT LIST', 'CLIENT KILL ID 8']);
  });
});
