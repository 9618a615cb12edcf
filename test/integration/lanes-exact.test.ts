/** What lanes hold after any number of cuts, against one server that ran the same commands once. */
import type { Cluster, Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { command } from '../../electron/engine/protocol/resp/encode.ts';
import { cross } from '../../electron/engine/writer/script/crossing.ts';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { rounds } from '../support/nightly.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { LanesBench, writeBytes, writeRun, type LanesRun } from '../support/target/lanes-bench.ts';

const FIRST_OFFSET = 1000;
const COMMANDS = 60_000;

let cluster: TestCluster;
let single: RedisProcess;

beforeAll(async () => {
  [cluster, single] = await Promise.all([startCluster(), startRedis()]);
});
afterAll(async () => {
  await Promise.all([cluster?.stop(), single?.stop()]);
});

/** Numbers that look random and come again for the same seed (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** One command of the source's stream. */
interface Sent {
  readonly words: readonly string[];
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  /** What it is carried as, where that is something else. */
  readonly became?: readonly (readonly string[])[];
}

/** Most of them do something else when they are run twice. */
function streamOf(random: (below: number) => number): Sent[] {
  const name = (kind: string): string => `${kind}:${random(60)}`;
  let start = FIRST_OFFSET;
  return Array.from({ length: COMMANDS }, (_, n): Sent => {
    const kinds: (() => string[])[] = [
      () => ['INCR', name('n')],
      () => ['APPEND', name('s'), String.fromCharCode(97 + (n % 26))],
      () => ['RPUSH', name('l'), String(n), `${n}b`],
      () => ['LPOP', name('l')],
      () => ['HINCRBY', name('h'), `f${random(5)}`, '3'],
      () => ['ZINCRBY', name('z'), '1', `m${random(5)}`],
      () => ['SADD', name('t'), `m${n % 100}`],
      () => ['MSET', name('n'), String(n), name('n'), '7', name('n'), '9'],
      () => ['DEL', name('l'), name('s'), name('h')],
    ];
    const words = random(1500) === 0 ? acrossLanes(random, name) : kinds[random(kinds.length)]!();
    const bytes = command(...words);
    const became =
      random(30) === 0 && words[0] === 'INCR'
        ? [
            ['INCRBY', words[1]!, '3'],
            ['DECRBY', words[1]!, '2'],
          ]
        : undefined;
    const sent = { words, bytes, start, end: start + bytes.length, ...(became && { became }) };
    start = sent.end;
    return sent;
  });
}

function acrossLanes(random: (below: number) => number, name: (kind: string) => string): string[] {
  const kinds: (() => string[])[] = [
    () => ['SUNIONSTORE', name('t'), name('t'), name('t')],
    () => ['COPY', name('s'), name('s'), 'REPLACE'],
    () => ['LMOVE', name('l'), name('l'), 'LEFT', 'RIGHT'],
  ];
  return kinds[random(kinds.length)]!();
}

/** Feeds the stream from the run's offset on until it is done or broken. @returns whether it is done */
function feed(
  bench: LanesBench,
  run: LanesRun,
  stream: readonly Sent[],
  random: (below: number) => number,
): Promise<boolean> {
  const { channel, writer, checkpoint } = run;
  const last = stream.at(-1)!.end;
  let next = stream.findIndex(({ start }) => start >= checkpoint.offset);
  if (next < 0) next = stream.length;
  return new Promise((resolve) => {
    const pump = (): void => {
      if (run.errors.length > 0) return resolve(false);
      // It may have been cut behind its last commit.
      if ((run.committed.at(-1) ?? checkpoint).offset === last) return resolve(true);
      // As the session does: some steps, then a commit where one can be made.
      for (let steps = 0; steps < 20 && next < stream.length && !channel.busy; steps++) next = write(next);
      if (!writer.ready) return channel.output.flush();
      const offset = next < stream.length ? stream[next]!.start : last;
      if (writer.isOpen || offset > (run.committed.at(-1)?.offset ?? checkpoint.offset))
        writer.commit({ ...checkpoint, offset });
    };
    const write = (from: number): number => {
      const one = stream[from]!;
      if (one.became) {
        writer.prepare(0);
        writer.places.command(one.end);
        for (const words of one.became) writeBytes(channel, command(...words), 1);
        return from + 1;
      }
      let to = from + 1;
      const most = Math.min(stream.length, from + 1 + random(80));
      while (to < most && !stream[to]!.became) to += 1;
      writeRun(run, one.start, Buffer.concat(stream.slice(from, to).map(({ bytes }) => bytes)), to - from);
      return to;
    };
    // A turn of the loop apart, as the session's steps are.
    bench.onProgress = () => setImmediate(pump);
    pump();
  });
}

const pause = (waitMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, waitMs));

async function cut(bench: LanesBench, run: LanesRun, random: (below: number) => number): Promise<void> {
  await pause(random(14));
  if (random(3) > 0) return breakOff(bench, run);
  // The server ends it, in one of its nodes.
  const node = random(bench.nodes.length);
  const id = run.channel.clientIds[node];
  await bench.nodes[node]!.client.call('CLIENT', 'KILL', 'ID', String(id)).catch(() => undefined);
  await pause(random(10));
  breakOff(bench, run);
}

function breakOff(bench: LanesBench, run: LanesRun): void {
  run.channel.close();
  run.errors.push({ error: new Error('cut') as never, damage: 'none' });
  bench.onProgress();
}

/** All that is there but the tool's own, by name. */
async function contents(nodes: readonly Redis[], client: Redis | Cluster): Promise<Map<string, unknown>> {
  const found = new Map<string, unknown>();
  const names = (await Promise.all(nodes.map((node) => node.keys('*'))))
    .flat()
    .filter((name) => !name.startsWith('lockstep:'));
  for (const name of names.toSorted()) {
    const kind = name[0];
    if (kind === 'n' || kind === 's') found.set(name, await client.get(name));
    else if (kind === 'l') found.set(name, await client.lrange(name, 0, -1));
    else if (kind === 'h') found.set(name, await client.hgetall(name));
    else if (kind === 'z') found.set(name, await client.call('ZRANGE', name, '0', '-1', 'WITHSCORES'));
    else found.set(name, (await client.smembers(name)).toSorted());
  }
  return found;
}

it.each(rounds(1, 6))(
  'seed %i: every command has its effect once, wherever it was cut',
  { timeout: 120_000 },
  async (seed) => {
    const random = numbers(seed);
    const stream = streamOf(random);
    const client = single.client();
    await client.flushall();
    const pipeline = client.pipeline();
    for (const { words } of stream) pipeline.call(words[0]!, ...words.slice(1));
    for (const [error] of (await pipeline.exec())!) expect(error).toBeNull();

    const nodes = cluster.members.map((member) => member.client);
    await Promise.all(nodes.map((node) => node.flushall()));
    const bench = await LanesBench.create(cluster, 1 + (seed % 2), FIRST_OFFSET);
    bench.crossings = {
      ...bench.crossings,
      cross: (plan, end, lanes) =>
        cross(plan, end, {
          ...lanes,
          lanes: bench.lanes.length,
          onSlot: async (slot) => bench.nodeOf(bench.laneOfSlot[slot]!).client,
        }),
    };
    let cuts = 0;
    let apart = 0;
    for (;;) {
      const run = await bench.begin();
      if (new Set(run.offsets).size > 1) apart += 1;
      const cutting = cuts < 60 ? cut(bench, run, random) : undefined;
      const done = await feed(bench, run, stream, random);
      await cutting;
      run.channel.close();
      if (done) break;
      const others = run.errors
        .map(({ error }) => error.code as string | undefined)
        .filter((code) => code && code !== 'TARGET_LINK_LOST');
      expect(others).toEqual([]);
      cuts += 1;
    }
    const [found, wanted] = [await contents(nodes, cluster.client), await contents([client], client)];
    const different = [...new Set([...found.keys(), ...wanted.keys()])].filter(
      (name) => JSON.stringify(found.get(name)) !== JSON.stringify(wanted.get(name)),
    );
    expect(different).toEqual([]);
    // Lanes were cut at different places, else nothing was tried.
    expect(cuts).toBeGreaterThan(20);
    expect(apart).toBeGreaterThan(5);
  },
);
