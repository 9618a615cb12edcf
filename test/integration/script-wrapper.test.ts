import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DatabaseChoice } from '../../electron/engine/commands/database-choice.ts';
import { targetError } from '../../electron/engine/control/target-error.ts';
import { HeldScripts, type ScriptGround } from '../../electron/engine/pipeline/held-scripts.ts';
import { AMOUNTS, longLate } from '../support/lateness.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { isPresent, missingServers, startVersion, VERSIONS } from '../support/versions/servers.ts';

const KEPT = 'lockstep:{tasks}:kept:test';
const OTHER = 'lockstep:{tasks}:checkpoint:other';

let server: RedisProcess;
let elsewhere: RedisProcess;
let client: Redis;

/** Runs a script as a source of version 6.2 sent it. @returns the code and fact of what was refused, '' for nothing */
async function run(text: string, ground: Partial<ScriptGround> = {}, ...rest: string[]): Promise<string> {
  const scripts = new HeldScripts({
    sourceVersion: 60200,
    databases: new DatabaseChoice(undefined),
    targetDatabases: 16,
    flushAllowed: false,
    declaredOnly: false,
    keptKeys: undefined,
    textsKey: 'lockstep:{tasks}:scripts:test',
    texts: new Map(),
    ...ground,
  });
  const given = ['EVAL', text, ...(rest.length > 0 ? rest : ['0'])].map((word) => Buffer.from(word));
  let refused = '';
  for (const words of scripts.run(given, 0, Date.now(), longLate())) {
    const [name, ...args] = words;
    await client.call(String(name), ...args).catch((error: unknown) => {
      const { code, message } = targetError((error as Error).message, 'EVAL');
      refused = `${code}: ${message}`;
    });
  }
  return refused;
}

// What a script can reach differs between the servers of today.
for (const version of VERSIONS.filter(({ today }) => today)) {
  describe.skipIf(!isPresent(version))(`on ${version.name}${missingServers(version)}`, () => {
    beforeAll(async () => {
      [server, elsewhere] = await Promise.all([startVersion(version), startRedis()]);
      client = server.client();
    }, 30_000);
    afterAll(async () => {
      await Promise.all([server.stop(), elsewhere.stop()]);
    });

    beforeEach(async () => {
      await client.flushall();
      await client.hset(OTHER, 'format', '2');
      await client.set('data', 'v');
    });

    describe('what a script of the source may not do on the target', () => {
      const flush = /^FLUSH_NEEDS_CONSENT: .* calls FLUSH(ALL|DB)$/;

      it('use what it does not declare, where the source is a cluster', async () => {
        const shard = { declaredOnly: true, flushAllowed: true };
        const ways = [
          "redis.call('SET', 'data', 'changed')",
          "redis.call('RENAME', KEYS[1], 'data')",
          "pcall(redis.call, 'DEL', 'data')",
          "redis.call('FLUSHALL')",
          "redis.pcall('flushdb')",
          "for _, key in ipairs(redis.call('KEYS', '*')) do redis.call('DEL', key) end",
          "redis.call('SCAN', '0')",
          "redis.call('RANDOMKEY')",
          "redis.call('SET', KEYS[1], redis.call('DBSIZE'))",
        ];
        await client.set('mine', 'v');
        for (const way of ways)
          expect(await run(way, shard, '1', 'mine'), way).toMatch(
            /^SCRIPT_REFUSED: .* (uses the key data|calls)/,
          );
        expect(await client.mget('data', 'mine')).toEqual(['v', 'v']);
        expect(await run("redis.call('SET', KEYS[1], ARGV[1])", shard, '1', 'mine', 'w')).toBe('');
        expect(await client.get('mine')).toBe('w');
      });

      it('leave the databases that it may use, which have other numbers on the target', async () => {
        const ground = { databases: DatabaseChoice.parse('2:0,3:5'), flushAllowed: true };
        const text = `redis.call('SET', 'here', 1) redis.call('MOVE', 'data', 3)
          redis.call('SELECT', 3) redis.call('SET', 'there', 1) redis.call('COPY', 'there', 'back', 'DB', 2)`;
        expect(await run(text, ground)).toBe('');
        expect(await client.mget('here', 'back', 'data')).toEqual(['1', '1', null]);
        await client.select(5);
        expect(await client.mget('there', 'data')).toEqual(['1', 'v']);
        for (const number of [0, 5])
          expect(await run(`redis.call('SELECT', ${number})`, ground)).toMatch(
            new RegExp(`^DATABASE_CROSSING: .* SELECT with database ${number}$`),
          );
        await client.select(3);
        await client.set('own', '1');
        await client.select(0);
        expect(await run("redis.call('FLUSHALL')", ground)).toBe('');
        expect(await client.exists('here')).toBe(0);
        await client.select(5);
        expect(await client.exists('there')).toBe(0);
        await client.select(3);
        expect(await client.get('own')).toBe('1');
        await client.select(0);
      });

      it('flush without consent, by whatever way it reaches the command', async () => {
        const ways = [
          "redis.call('FLUSHALL')",
          "redis.call('flushdb')",
          "redis.pcall('FLU' .. 'SHALL')",
          "pcall(redis.call, 'FLUSHALL')",
          "pcall(pcall, redis.call, 'FLUSHALL')",
          "xpcall(function() redis.call('FLUSHALL') end, function() return 1 end)",
          "local r = redis; local c = r['ca' .. 'll']; c('FLUSHALL')",
          "rawget(redis, 'call')('FLUSHALL')",
          "_G.redis.call('FLUSHALL')",
          "_G['redis']['pcall']('FLUSHALL')",
          'loadstring("redis.call(\'FLUSHALL\')")()',
          'local sent local f = load(function() if sent then return nil end sent = true return "redis.call(\'FLUSHALL\')" end) f()',
          'loadstring("return _G")().redis.call(\'FLUSHALL\')',
          "coroutine.wrap(function() redis.call('FLUSHALL') end)()",
          "coroutine.resume(coroutine.create(function() redis.call('FLUSHALL') end))",
          "for i = 1, 10 do local ok = pcall(redis.call, 'FLUSHALL') if ok then break end end",
          "repeat local ok = pcall(redis.call, 'FLUSHALL') until ok",
          "setmetatable({}, {__index = function() return redis.call('FLUSHALL') end}).x = 1 local a = setmetatable({}, {__index = function() return redis.call('FLUSHALL') end}).y",
          "return redis.call('FLUSHALL') -- a comment without an end",
          "string.upper = function() return 'GET' end redis.call('FLUSHALL')",
          "table.sort({2, 1}, function() redis.call('FLUSHALL') return false end)",
          "string.gsub('x', 'x', function() redis.call('FLUSHALL') end)",
        ];
        for (const way of ways) {
          expect(await run(way), way).toMatch(flush);
          expect(await client.get('data'), way).toBe('v');
        }
      });

      it('close the function around it early, or look behind it', async () => {
        const ways = [
          "end redis.call('FLUSHALL') do",
          "end) redis.call('FLUSHALL') ;(function()",
          "end end redis.call('FLUSHALL') local f = function() if true then",
          "return 1 end, (function() redis.call('FLUSHALL') end)(), function()",
          "]] redis.call('FLUSHALL') --[[",
          'loadstring("end redis.call(\'FLUSHALL\') do")()',
          "original.call('FLUSHALL')",
          "globals.redis.call('FLUSHALL')",
          "getmetatable(redis).__index.call('FLUSHALL')",
          "getmetatable(_G).__index.redis.call('FLUSHALL')",
          "getmetatable('').__index.rep = 1 redis.call('FLUSHALL')",
          'debug.getregistry()',
          'debug.getupvalue(redis.call, 1)',
          "getfenv(0).redis.call('FLUSHALL')",
          'setfenv(0, {})',
          'loadstring(string.dump(function() end))',
          'redis.set_repl(redis.REPL_NONE)',
          "server.call('FLUSHALL')",
          "local f = _G['f_' .. redis.sha1hex('x')] f()",
          "rawset(_G, 'redis', nil) loadstring(\"return redis\")().call('FLUSHALL')",
        ];
        for (const way of ways) {
          await run(way);
          expect(await client.get('data'), way).toBe('v');
        }
        for (const way of ways.slice(11, 17)) expect(await run(way), way).toMatch(/^SCRIPT_REFUSED: /);
      });

      it('send data elsewhere, change the server, or swap databases', async () => {
        const port = elsewhere.port;
        for (const way of [
          `redis.call('MIGRATE', '127.0.0.1', '${port}', 'data', 0, 1000, 'COPY')`,
          `redis.pcall('migrate', '127.0.0.1', '${port}', '', 0, 1000, 'COPY', 'KEYS', 'data')`,
          "redis.call('SWAPDB', 0, 1)",
          "redis.call('SLOWLOG', 'RESET')",
          "redis.call('CLUSTER', 'RESET')",
        ])
          expect(await run(way), way).toMatch(/^SCRIPT_REFUSED: .* calls [A-Z]+$/);
        expect(await elsewhere.client().dbsize()).toBe(0);
        expect(await client.get('data')).toBe('v');
      });

      it('reach a database that is left out or that the target does not have', async () => {
        const chosen = { databases: new DatabaseChoice([0, 3]) };
        for (const way of [
          "redis.call('SELECT', 1)",
          "redis.call('SELECT', '01')",
          "redis.call('MOVE', 'data', 2)",
          "redis.call('COPY', 'data', 'x', 'DB', 5)",
          "redis.call('COPY', 'data', 'x', 'REPLACE', 'db', '5')",
        ])
          expect(await run(way, chosen), way).toMatch(/^DATABASE_CROSSING: /);
        expect(await run("redis.call('SELECT', 3) redis.call('SET', 'k', 'three')", chosen)).toBe('');
        expect(await run("redis.call('SELECT', 20)", { targetDatabases: 16 })).toMatch(/^TARGET_DATABASES: /);
        await client.select(3);
        expect(await client.get('k')).toBe('three');
        await client.select(0);
        expect(await client.dbsize()).toBe(2);
      });

      it("touch the tool's own keys, at whatever place they stand", async () => {
        for (const way of [
          `redis.call('DEL', 'data', '${OTHER}')`,
          `redis.call('MSET', 'x', '1', '${OTHER}', '2')`,
          `redis.call('RENAME', 'data', '${OTHER}')`,
          `redis.call('SUNIONSTORE', 'x', '${OTHER}')`,
          `redis.call('SORT', 'x', 'STORE', '${OTHER}')`,
          `redis.call('PEXPIRE', KEYS[1], 1)`,
        ])
          expect(await run(way, {}, '1', OTHER), way).toMatch(/^SCRIPT_REFUSED: .* uses the key lockstep:/);
        expect(await client.hget(OTHER, 'format')).toBe('2');
        expect(await client.exists('x')).toBe(0);
        // A value may begin as it likes; and what lists keys does not show them.
        expect(await run("redis.call('SET', 'x', 'lockstep:value')")).toBe('');
        expect(await run("for _, key in ipairs(redis.call('KEYS', '*')) do redis.call('DEL', key) end")).toBe(
          '',
        );
        expect(await client.keys('*')).toEqual([OTHER]);
      });
    });

    describe('what it may', () => {
      it("flush with consent, but for the tool's own keys and the databases that are left out", async () => {
        const three = server.client({ db: 3 });
        const five = server.client({ db: 5 });
        await three.set('k', '3');
        await five.set('k', '5');
        const ground = { flushAllowed: true, databases: new DatabaseChoice([0, 3]) };
        expect(await run("redis.call('FLUSHALL') redis.call('SET', 'after', '1')", ground)).toBe('');
        expect((await client.keys('*')).sort()).toEqual(['after', OTHER]);
        expect(await client.hgetall(OTHER)).toEqual({ format: '2' });
        expect(await three.dbsize()).toBe(0);
        expect(await five.get('k')).toBe('5');
      });

      it('write as it did on the source: expiry, arguments, functions of its own, errors that it catches', async () => {
        expect(
          await run(
            `local function put(key, value, ...) return redis.call('SET', key, value, ...) end
         put(KEYS[1], ARGV[1], 'EX', 100)
         redis.call('SETEX', 'b', 50, #ARGV)
         local ok = pcall(redis.call, 'LPUSH', KEYS[1], 'x')
         redis.call('SET', 'caught', tostring(ok))
         redis.call('SET', 'json', cjson.decode(cjson.encode({a = string.rep('x', 2)})).a .. select('#', ...))
         redis.call('SET', 'reply', redis.pcall('INCR', 'reply') and redis.call('TTL', KEYS[1]))
         local t = {} for i = 1, 7900 do t[i] = i end
         redis.call('RPUSH', 'long', unpack(t))
         return KEYS -- as it ends`,
            {},
            '1',
            'a',
            'one',
            'two',
          ),
        ).toBe('');
        expect(await client.mget('a', 'b', 'caught', 'json', 'reply')).toEqual([
          'one',
          '2',
          'false',
          'xx0',
          '100',
        ]);
        expect(await client.llen('long')).toBe(7900);
        expect(Math.abs((await client.pttl('a')) - 100_000 - AMOUNTS.longMs)).toBeLessThan(5000);
        expect(Math.abs((await client.pttl('b')) - 50_000 - AMOUNTS.longMs)).toBeLessThan(5000);
        expect(await run("redis.call('SET', 'before', 1) error('of its own')")).toBe('');
        expect(await client.get('before')).toBe('1');
      });

      it('use a name that only the target had, whose old value goes first', async () => {
        await client.rpush('data2', 'old');
        await client.sadd(KEPT, 'data2', 'untouched');
        await client.set('untouched', 'mine');
        const ground = { keptKeys: KEPT };
        expect(await run("redis.call('RPUSH', KEYS[1], 'new')", ground, '1', 'data2')).toBe('');
        expect(await client.lrange('data2', 0, -1)).toEqual(['new']);
        expect(await client.smembers(KEPT)).toEqual(['untouched']);
      });
    });
  });
}
