import { expect, it } from 'vitest';
import { Databases } from '../../simulator/databases.ts';
import { OwnKeys } from '../../simulator/own-keys.ts';
import { Random } from '../../simulator/random.ts';
import { SmallWorld } from '../../simulator/small-world.ts';
import { parseTraits, traitsOf } from '../../simulator/traits.ts';

it('a history has traits by its seed, or those that are wanted of it, as far as they fit', () => {
  const drawn = Array.from({ length: 400 }, (_, seed) => traitsOf(seed, 'standalone', undefined));
  const share = (trait: 'own-keys' | 'other-databases'): number =>
    drawn.filter((traits) => traits.has(trait)).length / drawn.length;
  expect(share('own-keys')).toBeCloseTo(0.25, 1);
  expect(share('other-databases')).toBeCloseTo(0.2, 1);
  expect([...traitsOf(1, 'target-cluster', ['own-keys', 'other-databases'])]).toEqual(['own-keys']);
  expect([...traitsOf(1, 'standalone', [])]).toEqual([]);
  expect(parseTraits('')).toEqual([]);
  expect(() => parseTraits('own')).toThrow('no trait own');
});

it("tells what has become of keys of the target's own", () => {
  const world = new SmallWorld();
  const { sides, source, target } = world;
  const own = new OwnKeys(sides.target);
  own.follow(sides.source, new Databases());
  own.put(new Random(3), 0);
  const left = (): string[] => names(own.toCompare(target.keyspace, source.keyspace).db(0));
  expect(own.touched(target.keyspace)).toEqual([]);
  expect(left()).toEqual([]);
  target.run(target.connect(), 'APPEND', 'strange', 'x');
  expect(left()).toEqual(['strange']);
  target.run(target.connect(), 'DEL', 'own:1');
  expect(own.touched(target.keyspace)).toEqual([expect.stringContaining('own:1 of database 0')]);
  // What the source has used may stand there, or nothing; what it has is compared.
  world.write('SET', 'own:1', 'x');
  world.write('SET', 'own:2', 'x');
  expect(own.touched(target.keyspace)).toEqual([]);
  expect(left()).toEqual(['own:2', 'strange']);
});

const names = (entries: ReadonlyMap<string, unknown>): string[] => [...entries.keys()].toSorted();
