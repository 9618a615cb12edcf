import { describe, expect, it } from 'vitest';
import { parseClusterNodes } from '../../../../electron/engine/router/parse-cluster-nodes.ts';
import { describeSlots } from '../../../../electron/engine/router/slot-ranges.ts';
import { mergeViews, ownerOf, sameOwners } from '../../../../electron/engine/router/topology.ts';

const id = (letter: string): string => letter.repeat(40);
const [A, B, C, R] = ['a', 'b', 'c', 'd'].map(id) as [string, string, string, string];

interface Line {
  readonly id: string;
  readonly flags?: string;
  readonly of?: string;
  readonly epoch?: number;
  readonly rest?: string;
  readonly host?: string;
}

const line = ({ id: name, flags = 'master', of = '-', epoch = 1, rest = '', host }: Line): string =>
  `${name} ${host ?? `10.0.0.${name.charCodeAt(0) - 96}`}:7000@17000 ${flags} ${of} 0 1 ${epoch} connected ${rest}`;

const view = (...lines: Line[]) => parseClusterNodes(lines.map(line).join('\n'));

describe('owners of slots', () => {
  const topology = (...lines: Line[]) => mergeViews([view(...lines)]);
  const before = topology(
    { id: A, flags: 'myself,master', rest: '0-9999' },
    { id: B, rest: '10000-16383', epoch: 2 },
  );

  it('are the same whatever else has changed', () => {
    expect(
      sameOwners(
        before,
        topology(
          { id: B, rest: '10000-16383', epoch: 2, host: '10.0.0.9' },
          { id: A, flags: 'myself,master', rest: '0-9999' },
          { id: R, flags: 'slave', of: A },
        ),
      ),
    ).toBe(true);
  });

  it.each<[string, Line, Line]>([
    ['a slot has moved', { id: A, rest: '0-9998' }, { id: B, rest: '9999-16383', epoch: 2 }],
    [
      'one has gone and come back',
      { id: A, rest: '0-9999', epoch: 3 },
      { id: B, rest: '10000-16383', epoch: 2 },
    ],
    ['one is under way', { id: A, rest: `0-9999 [5->-${B}]` }, { id: B, rest: '10000-16383', epoch: 2 }],
    ['one has nobody', { id: A, rest: '0-9998' }, { id: B, rest: '10000-16383', epoch: 2 }],
    ['another node took over', { id: C, rest: '0-9999', epoch: 4 }, { id: B, rest: '10000-16383', epoch: 2 }],
  ])('are not where %s', (_, first, second) => {
    const after = topology({ ...first, flags: 'myself,master' }, second);
    expect([sameOwners(before, after), sameOwners(after, after)]).toEqual([
      false,
      after.moves.length + after.uncovered.length === 0,
    ]);
  });
});

describe('one picture of a cluster', () => {
  it('has shards in the order of their slots, with their replicas', () => {
    const topology = mergeViews([
      view(
        { id: A, flags: 'myself,master', rest: '5461-16383', epoch: 2 },
        { id: B, rest: '0-5460' },
        { id: C },
        { id: R, flags: 'slave', of: A, epoch: 2 },
      ),
    ]);
    expect(
      topology.shards.map(({ primary, replicas, slots }) => [
        primary.id,
        replicas.map((one) => one.id),
        describeSlots(slots),
      ]),
    ).toEqual([
      [B, [], '0-5460'],
      [A, [R], '5461-16383'],
    ]);
    expect(topology.nodes).toHaveLength(4);
    expect(ownerOf(topology, 5460)?.id).toBe(B);
    expect(ownerOf(topology, 5461)?.id).toBe(A);
    expect([topology.uncovered, topology.doubled, topology.moves]).toEqual([[], [], []]);
  });

  it('goes by the highest epoch where nodes disagree, whoever is asked first', () => {
    // A was cut off while R took over from it, and does not know.
    const old = view(
      { id: A, flags: 'myself,master', epoch: 1, rest: '0-16383' },
      { id: R, flags: 'slave', of: A },
    );
    const fresh = view(
      { id: A, flags: 'master,fail', epoch: 1 },
      { id: R, flags: 'myself,master', epoch: 5, rest: '0-16383' },
    );
    for (const views of [
      [old, fresh],
      [fresh, old],
    ]) {
      const { shards } = mergeViews(views);
      expect(shards.map(({ primary }) => primary.id)).toEqual([R]);
      expect(shards[0]!.primary.role).toBe('primary');
    }
    const back = view(
      { id: A, flags: 'slave', of: R, epoch: 5 },
      { id: R, flags: 'myself,master', epoch: 5, rest: '0-16383' },
    );
    expect(mergeViews([old, back]).shards[0]!.replicas.map((one) => one.id)).toEqual([A]);
  });

  it('knows from a node itself what it has, where another one has heard of its newer epoch and not of a slot that it gave away before', () => {
    const giver = view(
      { id: A, flags: 'myself,master', epoch: 4, rest: '0-9 11-8191 9000' },
      { id: B, epoch: 3, rest: '10' },
      { id: C, epoch: 2, rest: '8192-8999 9001-16383' },
    );
    const taker = view(
      { id: A, epoch: 1, rest: '0-9 11-8191' },
      { id: B, flags: 'myself,master', epoch: 3, rest: '10' },
      { id: C, epoch: 2, rest: '8192-16383' },
    );
    const third = view(
      { id: A, epoch: 4, rest: '0-8191 9000' },
      { id: B, epoch: 0 },
      { id: C, flags: 'myself,master', epoch: 2, rest: '8192-8999 9001-16383' },
    );
    for (const views of [
      [giver, taker, third],
      [third, taker, giver],
    ]) {
      const topology = mergeViews(views);
      expect([0, 10, 9000, 9001].map((slot) => ownerOf(topology, slot)?.id)).toEqual([A, B, A, C]);
    }
    // Of one that could not be asked the others tell.
    expect(ownerOf(mergeViews([taker, third]), 10)?.id).toBe(A);
    // Nor does what it said before it heard of a newer epoch of its own.
    const before = view({ id: A, flags: 'myself,master', epoch: 1, rest: '0-9' });
    expect(ownerOf(mergeViews([before, third]), 11)?.id).toBe(A);
  });

  it('knows slots under way by the marks of both ends, of one, and forgets those that are over', () => {
    const topology = mergeViews([
      view({ id: A, flags: 'myself,master', rest: `0-16383 [10->-${B}] [11->-${B}]` }, { id: B }),
      view({ id: A, rest: '0-16383' }, { id: B, flags: 'myself,master', rest: `[10-<-${A}] [12-<-${A}]` }),
    ]);
    expect(topology.moves).toEqual([
      { slot: 10, from: A, to: B },
      { slot: 11, from: A, to: B },
      { slot: 12, from: A, to: B },
    ]);
    const over = mergeViews([
      view({ id: A, flags: 'myself,master', epoch: 1, rest: `0-9 11-16383 [10->-${B}]` }),
      view({ id: B, flags: 'myself,master', epoch: 2, rest: '10' }),
    ]);
    expect(over.moves).toEqual([]);
  });

  it('names slots that nobody has, and slots that two primaries take for their own', () => {
    const topology = mergeViews([
      view(
        { id: A, flags: 'myself,master', epoch: 1, rest: '0-100 200-16383' },
        { id: B, epoch: 2, rest: '90-100' },
      ),
      view({ id: B, flags: 'myself,master', epoch: 2, rest: '90-100' }),
    ]);
    expect(topology.uncovered).toEqual([{ first: 101, last: 199 }]);
    expect(topology.doubled).toEqual([{ slots: [{ first: 90, last: 100 }], ids: [A, B] }]);
    expect(ownerOf(topology, 95)?.id).toBe(B);
    expect(ownerOf(topology, 150)).toBeUndefined();
  });

  it('takes the address of a node that does not know its own from the others', () => {
    const topology = mergeViews([
      view({ id: A, flags: 'myself,master', host: '', rest: '0-16383' }, { id: B }),
      view({ id: A, rest: '0-16383' }, { id: B, flags: 'myself,master', host: '' }),
    ]);
    expect(topology.nodes.map(({ host }) => host)).toEqual(['10.0.0.1', '10.0.0.2']);
  });

  it('believes a node that answers that it is well, and the others of one that does not', () => {
    const topology = mergeViews([
      view(
        { id: A, flags: 'myself,master', rest: '0-16383' },
        { id: B, flags: 'master,fail?' },
        { id: C, flags: 'master,fail' },
      ),
      view(
        { id: A, flags: 'master,fail?', rest: '0-16383' },
        { id: B, flags: 'myself,master' },
        { id: C, flags: 'master,fail?' },
      ),
    ]);
    expect(topology.nodes.map(({ health }) => health)).toEqual(['well', 'well', 'failed']);
  });
});

it('names a few ranges and no more', () => {
  const at = (slot: number) => ({ first: slot, last: slot });
  expect(describeSlots([])).toBe('');
  expect(describeSlots([{ first: 0, last: 9 }, at(12)])).toBe('0-9, 12');
  expect(describeSlots([1, 3, 5, 7, 9].map(at))).toBe('1, 3, 5, 7, …');
});
