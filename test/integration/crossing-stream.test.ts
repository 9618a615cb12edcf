/** A stream of commands across slots through the writer of lanes, which is killed again and again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ClusterNodes } from '../../electron/engine/control/cluster-nodes.ts';
import { discoverCluster } from '../../electron/engine/control/discover-cluster.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';
import { DatabaseChoice } from '../../electron/engine/commands/database-choice.ts';
import { ClusterCrossings } from '../../electron/engine/writer/script/cluster-crossings.ts';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { placedKeys, PLACEMENTS } from '../support/crossing/placed-keys.ts';
import { readValue } from '../support/crossing/read-value.ts';
import { isKnown, SAMPLES } from '../support/crossing/samples.ts';
import { tapStream, type StreamedCommand } from '../support/crossing/stream-tap.ts';
import { eventually } from '../support/eventually.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { LanesBench, writeRun, type LanesRun } from '../support/target/lanes-bench.ts';

const ROUNDS = 3;
const MOST_TOGETHER = 25;
const KILLED_ONE_IN = 2;
const DROPPED = /^\*\d+\r\n\$\d+\r\n(ping|replconf|select|multi|exec)\r\n/i;

let source: RedisProcess;
let cluster: TestCluster;
let nodes: ClusterNodes;

beforeAll(async () => {
  [source, cluster] = await Promise.all([
    startRedis({ args: ['--repl-diskless-sync', 'no', '--repl-timeout', '3600'] }),
    startCluster(),
  ]);
  const found = await discoverCluster(systemWorld, 'target', parseEndpoint(cluster.url));
  nodes = new ClusterNodes(systemWorld, 'target', found, 'lockstep:t');
});
afterAll(async () => {
  nodes?.close();
  await Promise.all([source?.stop(), cluster?.stop()]);
});

/** Runs every sample on the source, several times over on keys that go on from one to the next. */
async function runSamples(laneOfSlot: Int16Array): Promise<Set<string>> {
  const writer = source.client();
  const used = new Set<string>();
  for (let round = 0; round < ROUNDS; round++)
    for (const [command, samples] of Object.entries(SAMPLES))
      for (const lines of (await isKnown(writer, command)) ? samples : []) {
        const names = placedKeys(PLACEMENTS[Math.floor(Math.random() * PLACEMENTS.length)]!, laneOfSlot);
        for (const name of names) used.add(name);
        for (const line of lines) {
          const words = line
            .split(' ')
            .map((word) => (/^\$\d$/.test(word) ? names[Number(word[1]) - 1]! : word));
          await writer.call(words[0]!, ...words.slice(1));
        }
      }
  return used;
}

/** Applies all behind what the lanes have, in batches, and may end in the middle of one. @returns whether it came to the end */
async function applySome(
  run: LanesRun,
  stream: readonly StreamedCommand[],
  kill: () => boolean,
): Promise<boolean> {
  const from = Math.min(...run.offsets);
  const left = stream.filter(({ endOffset, bytes }) => endOffset > from && !DROPPED.test(String(bytes)));
  while (left.length > 0) {
    const part = left.splice(0, 1 + Math.floor(Math.random() * MOST_TOGETHER));
    for (const { bytes, endOffset } of part) writeRun(run, endOffset - bytes.length, bytes, 1);
    const offset = part.at(-1)!.endOffset;
    run.writer.commit({ ...run.checkpoint, offset }, true, 0);
    if (kill()) {
      await sleep(Math.random() * 8);
      return false;
    }
    await eventually(
      'it is committed',
      () => run.committed.at(-1)?.offset === offset || run.errors.length > 0,
    );
    expect(run.errors).toEqual([]);
  }
  return true;
}

it('ends as the source does, however often it is killed', async () => {
  const tap = await tapStream(source);
  const bench = await LanesBench.create(cluster, 2, 0);
  const used = await runSamples(bench.laneOfSlot);
  const stream = await tap.take();
  tap.close();
  let kills = 0;
  for (let done = false; !done;) {
    bench.crossings = {
      cross: (plan, end, lanes) => crossings.cross(plan, end, lanes),
      everyNode: (words, end, lanes) => crossings.everyNode(words, end, lanes),
    };
    const run = await bench.begin();
    const crossings = new ClusterCrossings({
      nodes,
      lanes: bench.lanes.map(({ key }) => key),
      owner: run.checkpoint.owner,
      task: 't',
      databases: new DatabaseChoice(undefined),
    });
    done = await applySome(run, stream, () => Math.random() * KILLED_ONE_IN < 1);
    if (!done) kills += 1;
    run.channel.close();
  }
  expect(kills).toBeGreaterThan(3);
  const client = source.client();
  for (const name of used)
    expect(await readValue(cluster.client, name), name).toEqual(await readValue(client, name));
  const left = (
    await Promise.all(cluster.members.map((member) => member.client.keys('*:crossing:*')))
  ).flat();
  expect(left).toEqual([]);
});
