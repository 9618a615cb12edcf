import { afterEach, describe, expect, it } from 'vitest';
import {
  controlError,
  openControl,
  openForLook,
} from '../../../../electron/engine/control/control-connection.ts';
import { CONTROL_BOUNDS } from '../../../../electron/engine/control/reply-bound.ts';
import { localEndpoint } from '../../../../electron/headless/demo-data/local-endpoint.ts';
import type { ErrorCode } from '../../../../shared/errors/catalogue.ts';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { startAnswering, type AnsweringServer } from '../../../support/answering-server.ts';
import { systemWorld } from '../../../../electron/engine/world/system-world.ts';

const endpoint = localEndpoint(6379);
const reply = (message: string): Error => Object.assign(new Error(message), { name: 'ReplyError' });

describe('what a connection reports', () => {
  it.each<readonly ['source' | 'target', Error, ErrorCode]>([
    [
      'source',
      reply("NOPERM this user has no permissions to run the 'psync' command"),
      'SOURCE_NO_PERMISSION',
    ],
    ['target', reply("ERR unknown command 'CLIENT'"), 'TARGET_NO_PERMISSION'],
    ['source', reply('NOAUTH Authentication required.'), 'SOURCE_AUTH'],
    ['target', reply('WRONGPASS invalid username-password pair or user is disabled.'), 'TARGET_AUTH'],
    ['source', reply('LOADING Redis is loading the dataset in memory'), 'SOURCE_LOADING'],
    ['source', reply('MASTERDOWN Link with MASTER is down'), 'SOURCE_NO_MASTER_LINK'],
    ['target', reply('OOM command not allowed when used memory'), 'TARGET_OUT_OF_MEMORY'],
    ['target', reply("READONLY You can't write against a read only replica."), 'TARGET_READ_ONLY'],
    ['source', reply('ERR something else'), 'SOURCE_PROTOCOL'],
    ['source', new Error('connect ETIMEDOUT'), 'SOURCE_UNREACHABLE'],
    ['target', new Error('Command timed out'), 'TARGET_UNREACHABLE'],
    ['source', new Error('Connection is closed.'), 'SOURCE_LINK_LOST'],
    [
      'target',
      Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
      'TARGET_UNREACHABLE',
    ],
    ['target', new TypeError("Cannot read properties of null (reading 'x')"), 'INTERNAL'],
  ])('by the %s, %s, has a code', (side, error, code) => {
    expect(controlError(side, endpoint, error).code).toBe(code);
  });

  it('names the server and never a word of this program', () => {
    expect(controlError('source', endpoint, reply('ERR oops')).message).toBe('127.0.0.1:6379: ERR oops');
    expect(controlError('target', endpoint, new TypeError('x of null')).message).not.toContain('x of null');
  });

  it('is cut where a server answers with a page', () => {
    expect(controlError('source', endpoint, reply(`DENIED ${'x'.repeat(5000)}`)).message.length).toBeLessThan(
      400,
    );
  });

  it('of a transaction is what failed in it', () => {
    const error = Object.assign(reply('EXECABORT Transaction discarded because of previous errors.'), {
      previousErrors: [reply('OOM command not allowed when used memory')],
    });
    expect(controlError('target', endpoint, error).code).toBe('TARGET_OUT_OF_MEMORY');
  });

  it('is left as it is where it has a code', () => {
    const error = new LockstepError('CHECKPOINT_MISSING', 'it was removed');
    expect(controlError('target', endpoint, error)).toBe(error);
  });
});

describe('a connection', () => {
  let server: AnsweringServer | undefined;
  const start = async (answer: (words: readonly string[]) => string | undefined): Promise<AnsweringServer> =>
    (server = await startAnswering(answer));

  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });

  it('signs in first, says its name, and is open once a PING was answered', async () => {
    const { endpoint: at, asked } = await start(([word]) => (word === 'ping' ? '+PONG\r\n' : '+OK\r\n'));
    const redis = await openControl(
      systemWorld,
      'target',
      { ...at, user: 'sync', password: 'secret' },
      'lockstep:orders',
    );
    redis.disconnect();
    expect(asked.map((words) => words.toLowerCase())).toEqual([
      'auth sync secret',
      'client setname lockstep:orders',
      'ping',
    ]);
  });

  it('sends no password that the server may not ask for, and none where there is none', async () => {
    const { endpoint: at, asked } = await start(() => '+PONG\r\n');
    (await openControl(systemWorld, 'source', at)).disconnect();
    expect(asked.map((words) => words.toLowerCase())).toEqual(['ping']);
  });

  it('is open where its name is refused', async () => {
    const { endpoint: at } = await start(([word]) =>
      word?.toLowerCase() === 'client' ? "-ERR unknown command 'CLIENT'\r\n" : '+PONG\r\n',
    );
    const redis = await openControl(systemWorld, 'target', at, 'lockstep:orders');
    expect(redis.status).toBe('ready');
    redis.disconnect();
  });

  it.each<readonly [string, ErrorCode, ErrorCode | 'opens']>([
    ['-LOADING Redis is loading the dataset in memory', 'SOURCE_LOADING', 'opens'],
    ["-NOPERM this user has no permissions to run the 'ping' command", 'SOURCE_NO_PERMISSION', 'opens'],
    ['-NOAUTH Authentication required.', 'SOURCE_AUTH', 'SOURCE_AUTH'],
    ['-ERR max number of clients reached', 'SOURCE_MAX_CLIENTS', 'SOURCE_MAX_CLIENTS'],
  ])('to a server that answers %s, to work with it and to look at it', async (line, working, looking) => {
    const { endpoint: at } = await start(() => `${line}\r\n`);
    const codeOf = (opening: ReturnType<typeof openControl>): Promise<string> =>
      opening.then(
        (redis) => (redis.disconnect(), 'opens'),
        (error: unknown) => (error instanceof LockstepError ? error.code : String(error)),
      );
    expect(await codeOf(openControl(systemWorld, 'source', at))).toBe(working);
    expect(await codeOf(openForLook(systemWorld, 'source', at, 20_000))).toBe(looking);
  });

  it('to a server that answers nothing to one command is over for that one, within its time', async () => {
    const { endpoint: at } = await start(([word]) =>
      word?.toLowerCase() === 'ping' ? '+PONG\r\n' : undefined,
    );
    const redis = await openControl(systemWorld, 'target', at, undefined, {
      ...CONTROL_BOUNDS,
      timeoutMs: 50,
    });
    const asked = redis.call('DBSIZE').catch((error: unknown) => controlError('target', at, error));
    expect(await asked).toMatchObject({ code: 'TARGET_UNREACHABLE' });
    redis.disconnect();
  });

  it('does not come back by itself', async () => {
    const started = await start(() => '+PONG\r\n');
    const redis = await openControl(systemWorld, 'target', started.endpoint);
    started.breakAll();
    await expect.poll(() => redis.status).toBe('end');
    await expect(redis.ping()).rejects.toThrow('Connection is closed');
    expect(started.connections).toBe(1);
  });
});
