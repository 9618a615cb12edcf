import { beforeEach, expect, it } from 'vitest';
import { checkpointsOf } from '../../simulator/compare.ts';
import { TASK } from '../../simulator/simulated-task.ts';
import { SlotMoves } from '../../simulator/slot-moves.ts';
import { SmallWorld } from '../../simulator/small-world.ts';
import { slotOf } from '../../simulator/slots.ts';

const KEYS = 60;

let world: SmallWorld;
let moves: SlotMoves;

beforeEach(() => {
  world = new SmallWorld('source-cluster');
  const { source } = world.sides;
  moves = new SlotMoves(source.cluster!, 'source', world);
  for (let i = 0; i < KEYS; i++) write('INCR', `counter:${i}`);
});

function write(...words: readonly string[]): void {
  const server = world.sides.source.ownerOf(words[1]!);
  server.run(server.connect(), ...words);
}

const parts = (): ReadonlyMap<string, string>[] => checkpointsOf(world.target, TASK);

async function give(slots: (slot: number) => boolean, from: number, to: number): Promise<void> {
  moves.move(slots, from, to);
  expect(await world.pass(10_000, () => moves.underWay === 0)).toBe(true);
}

/** A part was taken off, since its shard has lost all slots, and is back with a save of the target. @returns which slots it had */
async function partIsBack(inStep: () => boolean): Promise<ReadonlySet<number>> {
  const { source } = world.sides;
  const { target } = world;
  const { owners, shards } = source.cluster!;
  expect(await world.pass(10_000, inStep)).toBe(true);
  await world.pass(500);
  const had = new Set([...owners.keys()].filter((slot) => owners[slot] === 1));
  const save = target.keyspace.clone();
  await give((slot) => had.has(slot), 1, 0);
  expect(await world.pass(10_000, () => inStep() && parts().length === shards.length - 1)).toBe(true);
  world.restartNode(target, save);
  expect(parts()).toHaveLength(shards.length);
  expect(await world.pass(20_000, inStep)).toBe(true);
  await world.pass(2000);
  return had;
}

it('a part that comes back with an older save of the target is taken off again, and says nothing at the end', async () => {
  let phase = '';
  const engine = world.start((now) => (phase = now));
  await partIsBack(() => phase === 'in-step');
  engine.stop('drain');
  expect(await world.pass(20_000, () => !engine.running)).toBe(true);
  expect(parts().map((part) => part.get('active'))).toEqual(parts().map(() => '0'));
  expect(parts()).toHaveLength(world.sides.source.cluster!.shards.length - 1);
});

it.each(['while the run goes on', 'where the run was killed'])(
  'what a part says that came back is not believed, %s',
  async (how) => {
    let phase = '';
    const inStep = (): boolean => phase === 'in-step';
    const engine = world.start((now) => (phase = now));
    const had = await partIsBack(inStep);
    const key = Array.from({ length: KEYS }, (_, i) => `late:${i}`).find((name) => had.has(slotOf(name)))!;
    write('SET', key, 'x');
    await world.pass(1000);
    expect(world.target.keyspace.db(0).has(key)).toBe(true);
    if (how === 'where the run was killed') engine.kill();
    else world.network.stall('engine1', undefined, 3000);
    // Gone before anybody hears of it, and its slot is back where the part had it.
    write('DEL', key);
    await give((slot) => had.has(slot), 0, 1);
    if (how === 'where the run was killed') world.start((now) => (phase = now));
    await world.pass(4000);
    expect(await world.pass(30_000, inStep)).toBe(true);
    await world.pass(2000);
    expect(world.target.keyspace.db(0).has(key)).toBe(false);
    for (let i = 0; i < KEYS; i++)
      expect(world.target.keyspace.db(0).get(`counter:${i}`)).toEqual(
        world.sides.source.keyspace.db(0).get(`counter:${i}`),
      );
  },
);
