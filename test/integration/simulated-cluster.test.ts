import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Redis } from 'ioredis';
import { LaneRecords } from '../../electron/engine/checkpoint/lane-records.ts';
import type { SlotNodes } from '../../electron/engine/control/cluster-nodes.ts';
import { parseClusterNodes } from '../../electron/engine/router/parse-cluster-nodes.ts';
import { SlotSet } from '../../electron/engine/router/slot-set.ts';
import { mergeViews, type Topology } from '../../electron/engine/router/topology.ts';
import { APPLY_SCRIPT, applyArguments } from '../../electron/engine/writer/script/apply-script.ts';
import { removeGuarded } from '../../electron/engine/writer/sweep/remove-guarded.ts';
import type { Client } from '../simulator/client.ts';
import { ClusterModel } from '../simulator/cluster-model.ts';
import { EPOCH_MS } from '../simulator/process-clock.ts';
import { Random } from '../simulator/random.ts';
import { dump } from '../simulator/rdb-codec.ts';
import { Failure, NO_ARRAY, Status, type Reply } from '../simulator/resp.ts';
import { Scheduler } from '../simulator/scheduler.ts';
import { ServerModel } from '../simulator/server-model.ts';
import { slotOf } from '../simulator/slots.ts';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { checkpointWith } from '../support/target/checkpoints.ts';

/** What nodes of a modelled cluster answer, beside those of a real one that has the same slots. */
let real: TestCluster;
let nodes: readonly Redis[];
let ports: readonly number[];
let model: ClusterModel;
let models: readonly ServerModel[];
let clients: readonly Client[];

beforeAll(async () => {
  real = await startCluster({ primaries: 2 });
  nodes = real.members.map(({ client }) => client);
  ports = real.members.map(({ server }) => server.port);
});
afterAll(() => real?.stop());

beforeEach(async () => {
  for (const [i, node] of nodes.entries()) {
    await node.flushall();
    // What an earlier test has marked.
    for (const slot of Object.values(SLOT)) await node.call('CLUSTER', 'SETSLOT', slot, 'STABLE');
    expect(await node.call('CLUSTER', 'MYID')).toBe(real.members[i]!.id);
  }
  const scheduler = new Scheduler();
  const random = new Random(1);
  const aheadMs = Date.now() - EPOCH_MS;
  models = ports.map((port) => new ServerModel(scheduler, random, port, aheadMs));
  model = new ClusterModel(scheduler, random);
  model.begin(models, [ports[0]!, 1, ports[1]!, 2], 2);
  clients = models.map((server) => server.connect());
});

/** Keys of three slots: two of the first node, one of the second. */
const KEYS = { first: ['{a}1', '{b}1'], second: ['{c}1'] };
const SLOT = { a: slotOf('{a}1'), b: slotOf('{b}1'), c: slotOf('{c}1') };
const shardOf = (slot: number): number => (slot < 8192 ? 0 : 1);

function plain(reply: Reply | Error | Buffer): unknown {
  if (reply instanceof Error) return `-${reply.message}`;
  if (reply instanceof Failure) return `-${reply.text}`;
  if (reply === NO_ARRAY) return null;
  if (reply instanceof Status) return reply.text;
  return Array.isArray(reply) ? reply.map(plain) : Buffer.isBuffer(reply) ? reply.toString('latin1') : reply;
}

async function askBoth(
  node: number,
  words: readonly (string | Buffer | number)[],
): Promise<[unknown, unknown]> {
  const texts = words.map((word) => (Buffer.isBuffer(word) ? word.toString('latin1') : String(word)));
  const [name = '', ...args] = texts.map((word) => Buffer.from(word, 'latin1'));
  const ofReal = await nodes[node]!.callBuffer(String(name), ...args).catch((error: Error) => error);
  return [plain(ofReal as Reply), plain(models[node]!.run(clients[node]!, ...texts))];
}

/** Which script, and on which of its lines, a real server adds to an error. */
const told = (reply: unknown): unknown =>
  typeof reply === 'string' ? reply.replace(/ script: [0-9a-f]{40}, on @user_script:\d+\.$/, '') : reply;

async function same(node: number, ...words: readonly (string | Buffer | number)[]): Promise<unknown> {
  const [ofReal, ofModel] = await askBoth(node, words);
  expect(told(ofModel), `${node}: ${words.slice(0, 4).join(' ').slice(0, 80)}`).toEqual(told(ofReal));
  return ofModel;
}

/** Marks a slot at one end or at both. */
async function mark(slot: number, importing: boolean, migrating: boolean): Promise<void> {
  const from = shardOf(slot);
  const [giver, taker] = [real.members[from]!, real.members[1 - from]!];
  if (importing) await taker.client.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', giver.id);
  if (migrating) await giver.client.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', taker.id);
  model.marks.add({ slots: new Set([slot]), ranges: [], from, to: 1 - from, importing, migrating });
}

const COMMANDS: readonly (readonly string[])[] = [
  ['SET', '{a}1', 'x'],
  ['SET', '{c}1', 'x'],
  ['GET', '{a}1'],
  ['GET', '{a}2'],
  ['INCR', '{c}n'],
  ['MSET', '{a}1', '1', '{a}2', '2'],
  ['MSET', '{a}1', '1', '{b}1', '2'],
  ['DEL', '{a}1', '{a}2'],
  ['DEL', '{a}1', '{c}1'],
  ['RENAME', '{a}1', '{a}3'],
  ['RENAME', '{a}9', '{a}3'],
  ['EXISTS', '{c}1', '{c}2'],
  ['DBSIZE'],
  ['SELECT', '0'],
  ['SELECT', '3'],
  ['EVAL', 'return 1', '1', '{c}1'],
];

describe.each([
  ['whose slots are at rest', false, false],
  ['that a slot comes to', true, false],
  ['between which a slot moves', true, true],
  ['of which one alone has a mark', false, true],
] as const)('nodes %s', (_, importing, migrating) => {
  it.each(['a', 'c'] as const)('answer as real ones do, slot of %s', async (name) => {
    for (const [node, keys] of [KEYS.first, KEYS.second].entries())
      for (const key of keys) await same(shardOf(slotOf(key)) === node ? node : 1 - node, 'SET', key, '1');
    if (importing || migrating) await mark(SLOT[name], importing, migrating);
    for (const node of [0, 1])
      for (const words of COMMANDS) {
        // Scripts that a test makes up are no model's.
        if (words[0] !== 'EVAL' || node !== shardOf(slotOf('{c}1'))) await same(node, ...words);
        await same(node, 'ASKING');
        if (words[0] !== 'EVAL') await same(node, ...words);
      }
  });

  it('answer as real ones do within a transaction', async () => {
    await same(shardOf(SLOT.a), 'SET', '{a}1', '1');
    if (importing || migrating) await mark(SLOT.a, importing, migrating);
    for (const node of [0, 1])
      for (const second of ['{a}1', '{a}2', '{b}1', '{c}1']) {
        await same(node, 'MULTI');
        await same(node, 'INCR', '{a}1');
        await same(node, 'INCR', second);
        await same(node, 'EXEC');
      }
  });
});

it('a key that is restored where its slot comes to expires as on a real node', async () => {
  await mark(SLOT.a, true, true);
  const to = 1 - shardOf(SLOT.a);
  await same(to, 'RESTORE-ASKING', '{a}7', '0', Buffer.from(dump({ kind: 'string', bytes: 'x' }), 'latin1'));
  await same(to, 'RESTORE-ASKING', '{a}7', '0', Buffer.from(dump({ kind: 'string', bytes: 'x' }), 'latin1'));
  await same(to, 'GET', '{a}7');
  await same(to, 'ASKING');
  await same(to, 'GET', '{a}7');
});

it('CLUSTER NODES tells the slots and their marks, as a real one does', async () => {
  await mark(SLOT.a, true, true);
  const merged = async (ask: (node: number) => Promise<unknown>): Promise<unknown> => {
    const views = await Promise.all([0, 1].map(async (node) => parseClusterNodes(String(await ask(node)))));
    const topology = mergeViews(views);
    const primaryOf = (id: string | undefined): number | undefined =>
      topology.nodes.find((node) => node.id === id)?.port;
    return {
      shards: topology.shards.map(({ primary, slots }) => [primary.port, primary.health, slots]),
      moves: topology.moves.map(({ slot, from, to }) => [slot, primaryOf(from), primaryOf(to)]),
    };
  };
  expect(await merged(async (node) => plain(models[node]!.run(clients[node]!, 'CLUSTER', 'NODES')))).toEqual(
    await merged((node) => nodes[node]!.call('CLUSTER', 'NODES')),
  );
  for (const node of [0, 1]) await same(node, 'CLUSTER', 'COUNTKEYSINSLOT', SLOT.a);
});

describe('the scripts of lanes', () => {
  const LANE = 'lockstep:{a}:lane:1:orders';
  const node = shardOf(SLOT.a);
  const here = [SLOT.a, SLOT.b, SLOT.c].map((slot, i) => `{${'abc'[i]}}k${slot}`);
  const base = { key: LANE, owner: 'o', epoch: 3, expected: 100, end: 200 };
  const words = (line: string, end: number): { words: string[]; end: number } => ({
    words: line.split(' '),
    end,
  });

  const apply = (
    commands: { words: string[]; end: number }[],
    change: Partial<typeof base> = {},
  ): Promise<unknown> =>
    same(node, 'EVAL', APPLY_SCRIPT, ...applyArguments({ ...base, ...change, commands }));

  beforeEach(async () => {
    await same(node, 'HSET', LANE, 'owner', 'o', 'epoch', '3', 'offset', '100');
  });

  it('apply a batch, and stop at what fails or is elsewhere', async () => {
    const own = here.filter((key) => shardOf(slotOf(key)) === node);
    const other = ['{c}1', '{d}1', '{e}1', '{f}1'].find((key) => shardOf(slotOf(key)) !== node)!;
    await apply([words(`INCR ${own[0]}`, 120), words(`RPUSH ${own[0]}l 1 2`, 190)]);
    await same(node, 'HGETALL', LANE);
    await apply([words(`INCR ${own[0]}`, 220)]);
    await apply([words(`INCR ${own[0]}`, 220), words(`LPUSH ${own[0]} x`, 230)], { expected: 200, end: 300 });
    await same(node, 'HGETALL', LANE);
    await apply([words(`INCR ${own[0]}`, 240), words(`INCR ${other}`, 250)], { expected: 220, end: 300 });
    await apply([words(`INCR ${own[0]}`, 260), words(`MSET ${own[0]} 1 ${own[0]}z 2`, 260)], {
      expected: 240,
      end: 300,
    });
    await apply([], { expected: 240, end: 300 });
    await apply([], { expected: 300, end: 300, owner: 'p' });
    await same(node, 'GET', own[0]!);
    await same(node, 'HGETALL', LANE);
  });

  it('stop at a key that is not there any more where its slot moves away', async () => {
    await mark(SLOT.b, true, true);
    if (shardOf(SLOT.b) === node) await apply([words('INCR {a}n', 120), words('INCR {b}n', 130)]);
    await apply([words('INCR {a}n', 120), words('INCR {a}m', 120)], { expected: 100, end: 150 });
    await same(node, 'HGETALL', LANE);
  });

  it('fence, write, place and read lanes', async () => {
    const answers: [unknown, unknown][] = [];
    const call = async (...all: readonly (string | number | Buffer)[]): Promise<unknown> => {
      const pair = await askBoth(node, all);
      answers.push(pair);
      return pair[0];
    };
    const fake: unknown = {
      call,
      eval: (...all: readonly (string | number)[]) => call('EVAL', ...all),
      hmget: (...all: readonly string[]) => call('HMGET', ...all),
      del: (key: string) => call('DEL', key),
    };
    const records = new LaneRecords(
      { onSlot: () => Promise.resolve(fake as Redis), topology: {} as Topology } as unknown as SlotNodes,
      'orders',
    );
    const name = { generation: 1, tag: 'a' };
    expect(await records.fence(name, { owner: 'p', epoch: 2 })).toMatchObject({ kind: 'refused' });
    expect(await records.fence(name, { owner: 'p', epoch: 4 }, { process: 'id run' })).toMatchObject({
      kind: 'fenced',
    });
    expect(await records.place(name, { owner: 'p', epoch: 5 }, { offset: 7 })).toBe(false);
    expect(await records.place(name, { owner: 'p', epoch: 4 }, { offset: 7 })).toBe(true);
    const SLOTS = SlotSet.parse('3-5')!;
    const lane = {
      owner: 'q',
      offset: 9,
      replid: 'r',
      process: 's',
      expiry: 'small',
      carried: SLOTS,
    } as const;
    expect(await records.write(name, { ...lane, epoch: 4 })).toBe(false);
    expect(await records.write(name, { ...lane, epoch: 5 })).toBe(true);
    expect(await records.fence(name, { owner: 'q', epoch: 5 })).toMatchObject({ expiry: 'small' });
    expect((await records.read(name))?.offset).toBe(9);
    const guarded = { redis: fake as Redis, guardKey: LANE, clustered: true };
    const removal = { node: guarded, db: 0, keys: [Buffer.from('{a}1')], lazyFree: true };
    expect(await removeGuarded({ ...removal, checkpoint: checkpointWith({ epoch: 5 }) })).toBe(0);
    await expect(removeGuarded({ ...removal, checkpoint: checkpointWith({ epoch: 6 }) })).rejects.toThrow(
      'epoch',
    );
    await records.remove(name);
    expect(await records.fence(name, { owner: 'p', epoch: 9 })).toEqual({ kind: 'missing' });
    for (const [ofReal, ofModel] of answers) expect(ofModel).toEqual(ofReal);
  });
});
