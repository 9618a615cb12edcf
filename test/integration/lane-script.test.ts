import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { REMOVE_KEPT } from '../../electron/engine/commands/remove-kept.ts';
import { keySlot } from '../../electron/engine/router/key-slot.ts';
import {
  APPLY_SCRIPT,
  applyArguments,
  NO_END,
  type LaneCall,
} from '../../electron/engine/writer/script/apply-script.ts';
import { laneFailure, type LaneFailure } from '../../electron/engine/writer/script/script-reply.ts';
import { startCluster, type ClusterMember, type TestCluster } from '../support/cluster.ts';
import { serverBinary } from '../support/redis-server.ts';

const KEY = 'lockstep:{a}:lane:t';
const BASE: LaneCall = { key: KEY, owner: 'o', epoch: 3, expected: 100, end: 200, commands: [] };

const words = (line: string, end: number): LaneCall['commands'][number] => ({ words: line.split(' '), end });

for (const version of [undefined, '6.2', '8.0', 'valkey-8.1', 'valkey-9.1']) {
  const binary = version === undefined ? undefined : serverBinary(version);
  describe.skipIf(version !== undefined && !binary)(
    `the script of a lane on ${version ?? 'this server'}`,
    () => {
      let cluster: TestCluster;
      let owner: ClusterMember;
      let node: Redis;
      /** Names in several slots of the lane's node, and one of another node's. */
      let here: string[];
      let there: string;

      beforeAll(async () => {
        cluster = await startCluster({ primaries: 2, ...(binary === undefined ? {} : { binary }) });
        owner = await cluster.ownerOf(keySlot(Buffer.from(KEY)));
        node = owner.client;
        const names = Array.from({ length: 40 }, (_, n) => `k${n}`);
        const owners = await Promise.all(names.map((name) => cluster.ownerOf(keySlot(Buffer.from(name)))));
        here = names.filter((_, n) => owners[n] === owner);
        there = names.find((_, n) => owners[n] !== owner)!;
      });
      afterAll(() => cluster?.stop());

      beforeEach(async () => {
        await node.call('FLUSHALL');
        await node.hset(KEY, { owner: 'o', epoch: '3', offset: '100' });
      });

      const run = (call: Partial<LaneCall>): Promise<string | LaneFailure> =>
        (node.call('EVAL', APPLY_SCRIPT, ...applyArguments({ ...BASE, ...call })) as Promise<string>).catch(
          (error: Error) => laneFailure(error.message),
        );
      const offset = (): Promise<string | null> => node.hget(KEY, 'offset');

      it('runs what lies in any slot of the node, and stands at the end of the batch', async () => {
        const [a, b, c] = here as [string, string, string];
        const commands = [
          words(`INCR ${a}`, 120),
          words(`APPEND ${b} xyz`, 150),
          words(`RPUSH ${c} 1 2`, 190),
        ];
        expect(await run({ commands })).toBe('OK');
        expect(await offset()).toBe('200');
        expect([await node.get(a), await node.get(b), await node.llen(c)]).toEqual(['1', 'xyz', 2]);
      });

      it('counts far ahead of where the lane stands', async () => {
        const [a, b] = here as [string, string];
        const commands = [
          words(`INCR ${a}`, 300),
          words(`INCR ${b}`, 2 ** 33),
          words(`RPUSH ${a} x`, 2 ** 50),
        ];
        expect(await run({ end: 2 ** 50, commands })).toMatchObject({ kind: 'refused', offset: 2 ** 33 });
        expect(await offset()).toBe(String(2 ** 33));
      });

      it('may have no command at all', async () => {
        expect(await run({})).toBe('OK');
        expect(await offset()).toBe('200');
      });

      it.each([{ owner: 'p' }, { epoch: 2 }, { expected: 90 }])('does nothing for %j', async (other) => {
        const reply = await run({ ...other, commands: [words(`INCR ${here[0]}`, 120)] });
        expect(reply).toMatchObject({ kind: 'stale', error: { code: 'TARGET_TAKEN_OVER' } });
        expect(await node.exists(here[0]!)).toBe(0);
        expect(await offset()).toBe('100');
      });

      it('stops at the first that fails, behind the last command of the source that stands whole', async () => {
        const [a, b, c] = here as [string, string, string];
        const commands = [
          words(`INCR ${a}`, 120),
          words(`INCR ${a}`, 150),
          // Two that one command became, the second of which fails.
          words(`RPUSH ${b} x`, 170),
          words(`INCR ${b}`, 170),
          words(`INCR ${c}`, 180),
        ];
        const reply = await run({ commands });
        expect(reply).toMatchObject({ kind: 'refused', offset: 150, error: { code: 'TARGET_REJECTED' } });
        expect((reply as LaneFailure).error.message).toContain(`INCR ${b}`);
        expect((reply as LaneFailure).error.message).toContain('WRONGTYPE');
        expect([await offset(), await node.get(a), await node.exists(c)]).toEqual(['150', '2', 0]);
      });

      it('removes a key of the target’s own with its name, and does so once', async () => {
        const set = 'lockstep:{a}:kept:t';
        await node.sadd(set, '{a}mine', '{a}other', '{a}gone');
        await node.mset('{a}mine', 'old', '{a}other', 'old', '{a}source', 'new');
        const removal = (key: string): LaneCall['commands'][number] =>
          words(`${REMOVE_KEPT} ${set} ${key}`, NO_END);
        const commands = [
          ...[removal('{a}mine'), words('RPUSH {a}mine x', 120)],
          // The name is the source's by then.
          ...[removal('{a}mine'), words('RPUSH {a}mine y', 150)],
          ...[removal('{a}source'), removal('{a}gone')],
        ];
        expect(await run({ commands })).toBe('OK');
        expect(await node.lrange('{a}mine', 0, -1)).toEqual(['x', 'y']);
        expect(await node.mget('{a}other', '{a}source')).toEqual(['old', 'new']);
        expect(await node.smembers(set)).toEqual(['{a}other']);
      });

      it('stops in front of a removal that fails', async () => {
        await node.set('lockstep:{a}:kept:t', 'no set');
        const commands = [
          words(`INCR ${here[0]}`, 120),
          words(`${REMOVE_KEPT} lockstep:{a}:kept:t {a}mine`, NO_END),
          words(`INCR ${here[0]}`, 150),
        ];
        const reply = await run({ commands });
        expect(reply).toMatchObject({ kind: 'refused', offset: 120, error: { code: 'TARGET_REJECTED' } });
        expect(await node.get(here[0]!)).toBe('1');
      });

      it('does not count what has no end of its own', async () => {
        const [a, b] = here as [string, string];
        const commands = [
          words(`RPUSH ${a} x`, 120),
          words(`SET ${b} y`, NO_END),
          words(`SET ${b} z`, NO_END),
          words(`INCR ${a}`, 150),
        ];
        expect(await run({ commands })).toMatchObject({ kind: 'refused', offset: 120 });
        expect([await offset(), await node.get(b)]).toEqual(['120', 'z']);
      });

      it('tells a command of several words with what it began, whatever bytes it holds', async () => {
        const key = Buffer.from([0x7b, 0x61, 0x7d, 13, 10, 9, 0xff]);
        await node.rpush(key, 'x');
        const commands = [{ words: ['INCR', key], end: 120 }];
        const reply = (await run({ commands })) as LaneFailure;
        expect(reply.error.message).toContain(String.raw`INCR {a}\x0d\x0a\x09\xff`);
        expect(reply).toMatchObject({ offset: 100, kind: 'refused' });
      });

      it('tells a key of another node, and what stands before it', async () => {
        const commands = [words(`INCR ${here[0]}`, 120), words(`INCR ${there}`, 150)];
        const reply = await run({ commands });
        expect(reply).toMatchObject({ kind: 'moved', offset: 120, error: { code: 'TARGET_SLOTS_MOVED' } });
        expect(await offset()).toBe('120');
      });

      it('tells a command that the server does not know', async () => {
        const reply = await run({ commands: [words(`NOSUCH ${here[0]}`, 120)] });
        expect(reply).toMatchObject({ kind: 'refused', offset: 100 });
      });

      it('does nothing where its checkpoint lies on another node', async () => {
        const other = cluster.members.find((member) => member !== owner)!.client;
        const args = applyArguments({ ...BASE, commands: [words(`INCR ${there}`, 120)] });
        const error = await other.call('EVAL', APPLY_SCRIPT, ...args).catch((cause: Error) => cause);
        expect(laneFailure((error as Error).message)).toMatchObject({ kind: 'moved' });
        expect(await other.exists(there)).toBe(0);
      });

      it('stands elsewhere without room as well, but where a command needs some nothing is done', async () => {
        await node.set(here[0]!, 'x'.repeat(100_000));
        await node.config('SET', 'maxmemory', '100000');
        try {
          const refused = await run({ commands: [words(`INCR ${here[1]}`, 120)] });
          expect(refused).toMatchObject({
            kind: 'refused',
            offset: 100,
            error: { code: 'TARGET_OUT_OF_MEMORY' },
          });
          expect(await offset()).toBe('100');
          expect(await run({})).toBe('OK');
          expect(await run({ expected: 200, end: 300, commands: [words(`DEL ${here[0]}`, 250)] })).toBe('OK');
          expect([await offset(), await node.exists(here[0]!)]).toEqual(['300', 0]);
        } finally {
          await node.config('SET', 'maxmemory', '0');
        }
      });

      it('is late behind its deadline, which stands with what was late', async () => {
        const args = applyArguments({ ...BASE, commands: [words(`INCR ${here[0]}`, 120)] });
        args[6] = String(Date.now() - 1000);
        const error = await node.call('EVAL', APPLY_SCRIPT, ...args).catch((cause: Error) => cause);
        expect(laneFailure((error as Error).message)).toMatchObject({ kind: 'late' });
        expect(await node.hmget(KEY, 'offset', 'earliestExpiry')).toEqual(['200', '1']);
        args[3] = '3';
        args[4] = '200';
        args[5] = '300';
        args[6] = String(Date.now() + 60_000);
        expect(await node.call('EVAL', APPLY_SCRIPT, ...args)).toBe('OK');
      });
    },
  );
}
