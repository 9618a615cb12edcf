/** What commands across slots leave on a cluster and on one server: of the system, and of those in the folder that LOCKSTEP_TEST_SERVERS names. */
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { Killed, LaneBench } from '../support/crossing/lane-bench.ts';
import { placedKeys, PLACEMENTS } from '../support/crossing/placed-keys.ts';
import { readValue } from '../support/crossing/read-value.ts';
import { isKnown, SAMPLES } from '../support/crossing/samples.ts';
import { tapStream, type StreamTap } from '../support/crossing/stream-tap.ts';
import { serverBinary, startRedis, type RedisProcess } from '../support/redis-server.ts';
import { ON_PATH } from '../support/versions/servers.ts';

/** A crossing has two steps, a division one a lane; more than these no command needs. */
const MOST_STEPS = 6;
/** Never in a stream. */
const NEVER_SENT = new Set(['migrate']);

let source: RedisProcess;
let writer: Redis;
let tap: StreamTap;
let cluster: TestCluster;
let bench: LaneBench;

type Names = readonly [string, string, string];

async function runOnSource(lines: readonly string[], names: Names): Promise<void> {
  for (const line of lines) {
    const [name, ...args] = line
      .split(' ')
      .map((word) => (/^\$\d$/.test(word) ? names[Number(word[1]) - 1]! : word)) as [string, ...string[]];
    await writer.call(name, ...args);
  }
}

async function expectSame(names: Names): Promise<void> {
  for (const name of names) {
    const { member } = bench.lanes[bench.laneOf(name)]!;
    expect(await readValue(member.client, name), name).toEqual(await readValue(writer, name));
  }
}

const ownKeys = async (): Promise<string[]> =>
  (await Promise.all(cluster.members.map(({ client }) => client.keys('lockstep:*')))).flat();

for (const version of [ON_PATH, '8.0', 'valkey-8.1', 'valkey-9.1']) {
  const binary = version === ON_PATH ? undefined : serverBinary(version);
  const other = binary === undefined ? {} : { binary };
  describe.skipIf(!binary && version !== ON_PATH)(
    `commands of several keys on a cluster of ${version}`,
    () => {
      beforeAll(async () => {
        [source, cluster] = await Promise.all([
          startRedis({ ...other, args: ['--repl-diskless-sync', 'no', '--repl-timeout', '3600'] }),
          startCluster(other),
        ]);
        writer = source.client();
        tap = await tapStream(source);
        bench = await LaneBench.of(cluster);
        await bench.start(0);
      });

      afterAll(async () => {
        tap?.close();
        bench?.close();
        await Promise.all([source?.stop(), cluster?.stop()]);
      });

      it('are all looked at: each write of the server that may have more than one key', async () => {
        const listed = (await writer.call('COMMAND')) as [string, number, string[], number, number][];
        const several = listed
          .filter(([, , flags, first, last]) => first !== last || flags.includes('movablekeys'))
          .filter(([, , flags]) => flags.includes('write'))
          .map(([name]) => name);
        expect(several.length).toBeGreaterThan(30);
        expect(several.filter((name) => !SAMPLES[name] && !NEVER_SENT.has(name))).toEqual([]);
      });

      describe.each(PLACEMENTS)('with keys %s', (placement) => {
        it.each(Object.entries(SAMPLES))('%s', async (command, samples) => {
          if (!(await isKnown(writer, command))) return expect(command).toBe('msetex');
          for (const lines of samples) {
            for (let steps = 0; steps <= MOST_STEPS; steps++) {
              const names = placedKeys(placement, bench.laneOfSlot);
              await runOnSource(lines.slice(0, -1), names);
              await bench.apply(await tap.take());
              await runOnSource(lines.slice(-1), names);
              const stream = await tap.take();
              bench.stepsLeft = steps;
              const killed = await bench.apply(stream).then(
                () => false,
                (error: unknown) => {
                  if (error instanceof Killed) return true;
                  throw error;
                },
              );
              await bench.resume();
              // A new run begins with the lane that is furthest behind.
              await bench.apply(stream);
              await expectSame(names);
              if (!killed) break;
              expect(steps).toBeLessThan(MOST_STEPS);
            }
          }
        });
      });

      it('leave nothing behind but the lanes', async () => {
        expect((await ownKeys()).sort()).toEqual(bench.lanes.map(({ key }) => key).sort());
      });
    },
  );
}
