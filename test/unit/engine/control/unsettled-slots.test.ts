import { expect, it } from 'vitest';
import type { FoundCluster } from '../../../../electron/engine/control/discover-cluster.ts';
import { unsettledSlots } from '../../../../electron/engine/control/unsettled-slots.ts';
import type { Topology } from '../../../../electron/engine/router/topology.ts';
import { describeUnsettled } from '../../../../shared/format/slot-words.ts';
import { parseEndpoint } from '../../../../shared/model/endpoint.ts';

const found = (some: Partial<Topology>): FoundCluster =>
  ({
    topology: { moves: [], uncovered: [], doubled: [], nodes: [{ id: 'a' }, { id: 'b' }], ...some },
    endpointOf: ({ id }: { id: string }) => parseEndpoint(`redis://${id}.example:7000`),
  }) as unknown as FoundCluster;

it('says nothing of a cluster whose slots each have one owner', () => {
  expect(unsettledSlots(found({}))).toBeUndefined();
});

it('puts slots together that go the same way, and knows of one end alone what there is', () => {
  const to = (slot: number, from: string | undefined, other: string | undefined) => ({
    slot,
    from,
    to: other,
  });
  const told = unsettledSlots(
    found({ moves: [to(5, 'a', 'b'), to(6, 'a', 'b'), to(9, 'b', 'a'), to(11, undefined, 'b')] }),
  )!;
  expect(told.moves).toEqual([
    { slots: '5-6', from: 'a.example:7000', to: 'b.example:7000' },
    { slots: '9', from: 'b.example:7000', to: 'a.example:7000' },
    { slots: '11', from: '', to: 'b.example:7000' },
  ]);
  expect(describeUnsettled('source', told)).toBe('4 slots of the source are on their way to other nodes');
});

it('tells slots of nobody and of several apart, which come first in words', () => {
  const told = unsettledSlots(
    found({
      uncovered: [{ first: 3, last: 3 }],
      doubled: [{ ids: ['a', 'b'], slots: [{ first: 7, last: 8 }] }],
    }),
  )!;
  expect(told).toEqual({ moves: [], ofNobody: '3', ofSeveral: '7-8' });
  expect(describeUnsettled('source', told)).toBe('1 slot of the source belongs to no node');
  expect(describeUnsettled('target', { ...told, ofNobody: '-' })).toBe(
    '2 slots of the target have several owners',
  );
});
