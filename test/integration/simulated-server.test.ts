import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkpointFields, checkpointKey, keptKeysKey } from '../../electron/engine/checkpoint/checkpoint.ts';
import { setsByDatabase } from '../../electron/engine/checkpoint/kept-sets.ts';
import { noteExpiry } from '../../electron/engine/expiry/note-expiry.ts';
import { Lateness } from '../../electron/engine/expiry/late-expiry.ts';
import { walkPageByScript } from '../../electron/engine/expiry/walk-script.ts';
import { REMOVE_ONCE } from '../../electron/engine/pipeline/kept-guard.ts';
import { countBefore, judge, judgementOf } from '../../electron/engine/writer/batch-judge.ts';
import { amountsFor, type Bound } from '../../shared/model/lateness.ts';
import type { Client } from '../simulator/client.ts';
import { COMMAND_ROWS } from '../simulator/command-rows.ts';
import { EPOCH_MS } from '../simulator/process-clock.ts';
import { Random } from '../simulator/random.ts';
import { dump } from '../simulator/rdb-codec.ts';
import { CommandParser, Failure, NO_ARRAY, Status, type Reply } from '../simulator/resp.ts';
import { Scheduler } from '../simulator/scheduler.ts';
import { ServerModel } from '../simulator/server-model.ts';
import { checkpointWith } from '../support/target/checkpoints.ts';
import { keySlot } from '../../electron/engine/router/key-slot.ts';
import { SlotSet } from '../../electron/engine/router/slot-set.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';

/** What a model of a server answers, beside what a real one does. */
let real: RedisProcess;
let redis: Redis;
let model: ServerModel;
let client: Client;

beforeAll(async () => {
  real = await startRedis();
  redis = real.client();
});

afterAll(() => real?.stop());

beforeEach(async () => {
  await redis.flushall();
  await redis.select(0);
  model = new ServerModel(new Scheduler(), new Random(1), 1, Date.now() - EPOCH_MS);
  client = model.connect();
});

/** In one form, whoever it comes from. */
function plain(reply: Reply | Error | Buffer): unknown {
  if (reply instanceof Error) return `-${reply.message}`;
  if (reply instanceof Failure) return `-${reply.text}`;
  if (reply === NO_ARRAY) return null;
  if (reply instanceof Status) return reply.text;
  return Array.isArray(reply) ? reply.map(plain) : Buffer.isBuffer(reply) ? reply.toString('latin1') : reply;
}

const bytes = (word: string): Buffer => Buffer.from(word, 'latin1');

async function ask([name = '', ...args]: readonly string[]): Promise<unknown> {
  return plain((await redis.callBuffer(name, ...args.map(bytes)).catch((error: Error) => error)) as Reply);
}

async function askBoth(words: readonly string[]): Promise<[unknown, unknown]> {
  return [await ask(words), plain(model.run(client, ...words))];
}

/** A command of the kinds that the engine and its writer send, on a handful of keys, right and wrong ones alike. */
function commandOf(random: Random): string[] {
  const key = `k${random.between(0, 5)}`;
  const value = random.pick(['1', '-7', 'text', '', '10x', '0012', '\xff\x00\r\n']);
  const field = `f${random.between(0, 3)}`;
  const at = String(Date.now() + random.between(100_000, 900_000));
  return random.pick<() => string[]>([
    () => ['SET', key, value],
    () => ['SET', key, value, 'PXAT', at],
    () => ['SET', key, value, 'KEEPTTL'],
    () => ['SET', key, value, 'PX', random.pick(['0', 'x', '-5'])],
    () => ['GET', key],
    () => ['APPEND', key, value],
    () => [random.pick(['INCR', 'PERSIST', 'PEXPIRETIME', 'TYPE', 'HGETALL', 'HKEYS']), key],
    () => ['INCRBY', key, value],
    () => ['DECRBY', key, value],
    () => [random.pick(['LPUSH', 'RPUSH']), key, value, field],
    () => [random.pick(['LPOP', 'RPOP']), key],
    () => ['LINDEX', key, random.pick(['0', '-1', '5'])],
    () => ['LMOVE', key, `k${random.between(0, 5)}`, random.pick(['LEFT', 'RIGHT', 'x']), 'left'],
    () => ['RPOPLPUSH', key, `k${random.between(0, 5)}`],
    () => ['MSET', key, value, 'k1', field, ...random.pick([[], ['k2']])],
    () => ['RENAME', key, `k${random.between(0, 5)}`],
    () => ['COPY', key, `k${random.between(0, 5)}`, ...random.pick([[], ['REPLACE']])],
    () => ['LRANGE', key, random.pick(['0', '-2']), random.pick(['-1', '1'])],
    () => [random.pick(['HSET', 'HMSET']), key, field, value],
    () => ['HSET', key, field],
    () => ['HINCRBY', key, field, value],
    () => ['HGET', key, field],
    () => ['HMGET', key, field, 'f1'],
    () => ['HDEL', key, field, 'f2'],
    () => [random.pick(['SADD', 'SREM']), key, value, field],
    () => ['SISMEMBER', key, random.pick([value, field])],
    () => ['SUNIONSTORE', key, `k${random.between(0, 5)}`, ...random.pick([[], ['k1']])],
    () => [random.pick(['DEL', 'UNLINK', 'EXISTS']), key, 'k1'],
    () => ['PEXPIREAT', key, random.pick([at, '1', 'x'])],
    () => ['SELECT', random.pick(['0', '0', '3', '16', 'x'])],
    () => ['DBSIZE'],
    () => [
      'RESTORE',
      key,
      '0',
      dump({ kind: 'list', items: [value, field] }),
      ...random.pick([[], ['REPLACE']]),
    ],
    () => [
      'RESTORE',
      key,
      at,
      dump({ kind: 'hash', fields: new Map([[field, value]]) }),
      'REPLACE',
      'ABSTTL',
    ],
    () => ['RESTORE', key, '0', dump({ kind: 'set', members: new Set([value, field]) }), 'REPLACE'],
    () => ['RESTORE', key, '1', dump({ kind: 'string', bytes: value }), 'REPLACE', 'ABSTTL'],
    () => ['RESTORE', key, '0', `${dump({ kind: 'string', bytes: value }).slice(0, -1)}?`, 'REPLACE'],
  ])();
}

it.each([1, 2, 3, 4])('a model answers random commands as a real server does (%d)', async (seed) => {
  const random = new Random(seed);
  for (let i = 0; i < 1500; i++) {
    const words = commandOf(random);
    const [ofReal, ofModel] = await askBoth(words);
    expect(ofModel, `${i}: ${JSON.stringify(words)}`).toEqual(ofReal);
  }
});

it('tells the members of a set as a real server does, but for their order', async () => {
  for (const words of [
    ['SADD', 's', 'a', 'b', 'c'],
    ['SADD', 's', 'b'],
    ['SREM', 's', 'c', 'd'],
  ])
    await askBoth(words);
  const [ofReal, ofModel] = (await askBoth(['SSCAN', 's', '0', 'COUNT', '1000'])) as [string, string[]][];
  expect([ofModel![0], ofModel![1].toSorted()]).toEqual([ofReal![0], ofReal![1].toSorted()]);
});

describe('a transaction', () => {
  it.each([
    [
      'of which a command fails',
      [],
      [
        ['MULTI'],
        ['SET', 'a', 'x'],
        ['INCR', 'a'],
        ['RPUSH', 'b', '1'],
        ['EXEC'],
        ['LRANGE', 'b', '0', '-1'],
      ],
    ],
    ['with a command that is none', [], [['MULTI'], ['SET', 'a'], ['INCR', 'a'], ['EXEC'], ['EXISTS', 'a']]],
    [
      'over a key that was changed',
      [['SET', 'w', '2']],
      [['WATCH', 'w'], ['OTHER'], ['MULTI'], ['INCR', 'a'], ['EXEC'], ['EXISTS', 'a']],
    ],
    [
      'over a key that was left alone',
      [['SET', 'v', '2']],
      [['WATCH', 'w'], ['OTHER'], ['MULTI'], ['INCR', 'a'], ['EXEC'], ['EXISTS', 'a']],
    ],
    [
      'over one that is not watched any more',
      [['SET', 'w', '2']],
      [['WATCH', 'w'], ['UNWATCH'], ['OTHER'], ['MULTI'], ['INCR', 'a'], ['EXEC']],
    ],
    [
      'that selects a database',
      [],
      [['MULTI'], ['SELECT', '3'], ['SET', 'a', '1'], ['EXEC'], ['GET', 'a'], ['SELECT', '0'], ['GET', 'a']],
    ],
    ['of nothing', [], [['EXEC'], ['MULTI'], ['EXEC']]],
  ] as readonly (readonly [string, readonly string[][], readonly string[][]])[])(
    '%s',
    async (_, others, all) => {
      const other = real.client();
      for (const words of all) {
        if (words[0] !== 'OTHER') {
          const [ofReal, ofModel] = await askBoth(words);
          expect(ofModel, words.join(' ')).toEqual(ofReal);
          continue;
        }
        for (const [name = '', ...args] of others) {
          await other.call(name, ...args);
          model.run(model.connect(), name, ...args);
        }
      }
    },
  );
});

it('its table of commands is what a real server of that version tells', async () => {
  const version = /redis_version:(\S+)/.exec(await redis.info('server'))?.[1];
  const rows = (await redis.command('INFO', ...COMMAND_ROWS.map(({ name }) => name))) as [
    string,
    number,
    string[],
    number,
    number,
    number,
  ][];
  const told = rows.map(([name, arity, flags, first, last, step]) => ({
    ...{ name, arity, first, last, step },
    ...{ writes: flags.includes('write'), grows: flags.includes('denyoom') },
  }));
  // Others differ in a row or two; what the model says it is, it has to be.
  if (version?.startsWith('7.0.')) expect(COMMAND_ROWS).toEqual(told);
  else expect(told).toHaveLength(COMMAND_ROWS.length);
});

it('counts the errors that a real server counts', async () => {
  const errors = async (): Promise<number> =>
    Number(/total_error_replies:(\d+)/.exec(await redis.info('stats'))?.[1]);
  const [before, ofModel] = [await errors(), model.errorCount];
  for (const words of [
    ['SET', 'a', 'x'],
    ['INCR', 'a'],
    ['LPUSH', 'a', '1'],
    ['SET', 'a'],
    ['MULTI'],
    ['INCR', 'a'],
    ['INCR', 'b'],
    ['EXEC'],
  ])
    await askBoth(words);
  expect(model.errorCount - ofModel).toBe((await errors()) - before);
});

describe('the scripts of the engine', () => {
  const TASK = 'orders';
  const amounts = amountsFor(10_000, 1000);
  const held = checkpointWith({ expiry: 'long', amounts, offset: 100, verified: 100, epoch: 3, owner: 'me' });

  /** A client for the engine's own functions that has both answer. */
  const both = (answers: [unknown, unknown][]): Redis => {
    const call = async (...words: readonly (string | number | Buffer)[]): Promise<unknown> => {
      const texts = words.map((word) => (Buffer.isBuffer(word) ? word.toString('latin1') : String(word)));
      const pair = await askBoth(texts);
      answers.push(pair);
      return pair[0];
    };
    // A page of SCAN, between two commands that choose a database.
    const page: unknown = ['0', [Buffer.from('near'), Buffer.from('far')]];
    const pipeline = {
      select: () => pipeline,
      scanBuffer: () => pipeline,
      exec: async () => ['OK', page, 'OK'].map((reply) => [null, reply]),
    };
    const fake: unknown = {
      status: 'ready',
      callBuffer: call,
      call,
      select: (db: number) => call('SELECT', db),
      pipeline: () => pipeline,
      eval: (...words: readonly (string | number)[]) => call('EVAL', ...words),
    };
    return fake as Redis;
  };

  beforeEach(async () => {
    const now = Date.now();
    await askBoth(['HSET', checkpointKey(TASK), ...checkpointFields(held)]);
    for (const [key, wait] of [
      ['near', 50_000],
      ['far', 200_000_000],
      ['never', 0],
    ] as const)
      await askBoth(['SET', key, 'v', ...(wait === 0 ? [] : ['PXAT', String(now + wait)])]);
    await askBoth(['RPUSH', 'list', '1']);
    await askBoth(['PEXPIREAT', 'list', String(now + 70_003)]);
  });

  const same = (answers: readonly [unknown, unknown][]): void => {
    expect(answers.length).toBeGreaterThan(0);
    for (const [ofReal, ofModel] of answers) expect(ofModel).toEqual(ofReal);
  };

  it.each<readonly [Bound, SlotSet | undefined]>([
    ['long', undefined],
    ['small', undefined],
    ['exact', undefined],
    ['long', SlotSet.where((slot) => slot === keySlot(Buffer.from('near')))],
  ])('walk expiry to the bound %s', async (bound, slots) => {
    const answers: [unknown, unknown][] = [];
    for (const epoch of [3, 4]) {
      const lateness = new Lateness(bound, amounts, Date.now());
      const place = {
        guardKey: checkpointKey(TASK),
        epoch,
        db: 0,
        lateness,
        pageKeys: 1000,
        slots,
        holds: undefined,
        carriedOnly: false,
        keptKeys: undefined,
        fieldExpiry: false,
      };
      await walkPageByScript(both(answers), place, '0', undefined);
    }
    same(answers);
    for (const key of ['near', 'far', 'never', 'list']) same([await askBoth(['PEXPIRETIME', key])]);
  });

  it("walk expiry, but not of keys that are the target's own", async () => {
    await askBoth(['SADD', keptKeysKey(TASK), 'near', 'gone']);
    const answers: [unknown, unknown][] = [];
    const lateness = new Lateness('long', amounts, Date.now());
    const place = {
      ...{ guardKey: checkpointKey(TASK), epoch: 3, db: 0, lateness, pageKeys: 1000, slots: undefined },
      ...{ holds: undefined, carriedOnly: false, keptKeys: setsByDatabase(TASK), fieldExpiry: false },
    };
    await walkPageByScript(both(answers), place, '0', undefined);
    same(answers);
    for (const key of ['near', 'list']) same([await askBoth(['PEXPIRETIME', key])]);
  });

  it("remove a key of the target's own once", async () => {
    await askBoth(['SADD', keptKeysKey(TASK), 'near']);
    for (const key of ['near', 'list', 'near']) {
      same([await askBoth(['EVAL', REMOVE_ONCE, '2', keptKeysKey(TASK), key])]);
      same([await askBoth(['EXISTS', 'near', 'list'])]);
      await askBoth(['SET', 'near', 'of the source']);
    }
  });

  it('note expiry', async () => {
    const answers: [unknown, unknown][] = [];
    await noteExpiry(both(answers), TASK, held, { expiry: 'small', epoch: 4 }, true);
    await noteExpiry(both(answers), TASK, { ...held, owner: 'other' }, { expiry: 'exact' }, true).catch(
      () => undefined,
    );
    same(answers.slice(0, 2));
    same([await askBoth(['HGETALL', checkpointKey(TASK)])]);
  });

  it.each([
    ['without an error', [], 0],
    ['with a failed command', [['LPUSH', 'near', 'x']], 0],
    ['in time', [], Date.now() + 60_000],
    ['late', [], 1000],
  ] as const)('judge a batch %s', async (_, commands, deadline) => {
    const words = (buffer: Buffer): string[] => {
      const parser = new CommandParser();
      parser.push(buffer.toString('latin1'));
      return parser.next()!;
    };
    // What they count begins elsewhere, and is compared as it rises.
    const all = [
      ['MULTI'],
      words(countBefore(TASK)),
      ...commands,
      words(judge(TASK, { offset: 90, db: 3 }, deadline)),
      ['EXEC'],
    ];
    const answers: [unknown, unknown][] = [];
    for (const one of all) answers.push(await askBoth(one));
    const late = (pair: [unknown, unknown]): unknown[] =>
      pair.map((reply) => JSON.stringify(reply).replace(/by \d+ ms/, 'by some'));
    for (const pair of answers) expect(late(pair)[1]).toEqual(late(pair)[0]);
    same([await askBoth(['HMGET', checkpointKey(TASK), 'verified', 'verifiedDb', 'earliestExpiry'])]);
  });

  it('tell what a target can judge', async () => {
    // A model is asked by every history; had it answered otherwise, no batch of one would be judged.
    expect(await judgementOf(redis, TASK, true)).toEqual({ errors: true, time: true });
  });
});
