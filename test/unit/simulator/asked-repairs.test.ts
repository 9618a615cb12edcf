import { expect, it } from 'vitest';
import { slotOf } from '../../simulator/slots.ts';
import { SmallWorld } from '../../simulator/small-world.ts';

it('keys that are asked for are told of, though their slots go to other shards meanwhile', async () => {
  // Before the source is found to be another, while its parts are begun anew, and after that.
  for (const afterMs of [0, 1100]) {
    const world = new SmallWorld('source-cluster');
    const cluster = world.sides.source.cluster!;
    const keys = Array.from({ length: 60 }, (_, n) => `counter:${n}`);
    for (const key of keys) {
      const owner = world.sides.source.ownerOf(key);
      owner.run(owner.connect(), 'SET', key, 'x');
    }
    let phase = '';
    const engine = world.start((now) => (phase = now));
    const inStep = (): boolean => phase === 'in-step';
    expect(await world.pass(10_000, inStep)).toBe(true);
    const had = [...cluster.owners.keys()].filter((slot) => cluster.owners[slot] === 1);
    cluster.assign([{ first: had[0]!, last: had.at(-1)! }], 1, 0);
    // Nothing can be brought before the parts are others.
    world.target.frozenUntilMs = world.scheduler.nowMs + 3000;
    await world.pass(afterMs);
    const told: string[] = [];
    engine.repair(keys.map((key) => ({ db: 0, key, kind: 'copy', settle: (outcome) => told.push(outcome) })));
    await world.pass(60_000, () => told.length === keys.length && inStep());
    const left = keys.filter((key) => !had.includes(slotOf(key)));
    expect({ afterMs, told: told.length, copied: told.filter((one) => one === 'copied').length }).toEqual({
      ...{ afterMs, told: keys.length },
      // What is not there any more, as it was not moved along, cannot be copied.
      copied: left.length,
    });
    engine.kill();
  }
});

it('slots that have come to a shard are brought once, and keys that were asked for behind them', async () => {
  const world = new SmallWorld('both');
  const { source } = world.sides;
  const cluster = source.cluster!;
  let phase = '';
  const engine = world.start((now) => (phase = now));
  const inStep = (): boolean => phase === 'in-step';
  expect(await world.pass(10_000, inStep)).toBe(true);
  const keys = Array.from({ length: 9 }, (_, n) => `{t}counter:${n}`);
  const slot = slotOf(keys[0]!);
  cluster.assign([{ first: slot, last: slot }], cluster.owners[slot]!, cluster.owners[slot] === 0 ? 1 : 0);
  await world.pass(700);
  const owner = source.ownerOf(keys[0]!);
  for (const key of keys) owner.run(owner.connect(), 'SET', key, 'x');
  const told: string[] = [];
  engine.repair(keys.map((key) => ({ db: 0, key, kind: 'copy', settle: (outcome) => told.push(outcome) })));
  await world.pass(30_000, () => told.length === keys.length && inStep());
  expect(told).toEqual(keys.map(() => 'copied'));
  expect(world.history.lines.filter((line) => line.includes('which have come to this shard'))).toHaveLength(
    1,
  );
});

it('a key of a database that the source does not have is left as it is, and ends no task', async () => {
  const world = new SmallWorld('source-cluster');
  let phase = '';
  const engine = world.start((now) => (phase = now));
  expect(await world.pass(10_000, () => phase === 'in-step')).toBe(true);
  const client = world.target.connect();
  client.db = 3;
  world.target.run(client, 'SET', 'strange', 'x');
  const told: string[] = [];
  engine.repair(
    (['copy', 'remove'] as const).map((kind) => ({
      ...{ db: 3, key: 'strange', kind },
      settle: (outcome) => told.push(outcome),
    })),
  );
  await world.pass(10_000, () => told.length === 2 && phase === 'in-step');
  expect({ told, fault: engine.end?.fact }).toEqual({
    told: ['not-of-task', 'not-of-task'],
    fault: undefined,
  });
  expect(world.target.keyspace.db(3).has('strange')).toBe(true);
  engine.kill();
});
