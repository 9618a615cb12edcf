import { expect, it } from 'vitest';
import type { ClusterNode, NodesView } from '../../../../electron/engine/router/cluster-node.ts';
import { SLOTS } from '../../../../electron/engine/router/key-slot.ts';
import { SlotSet } from '../../../../electron/engine/router/slot-set.ts';
import { mergeViews } from '../../../../electron/engine/router/topology.ts';
import { randomOf } from '../../../support/rdb/portions.ts';

const primary = (name: number, epoch: number, slots: SlotSet): ClusterNode => ({
  id: String(name).padStart(40, '0'),
  host: '10.0.0.1',
  port: 7000 + name,
  hostname: undefined,
  role: 'primary',
  primaryId: undefined,
  health: 'well',
  epoch,
  slots: slots.ranges,
  marks: [],
});

/** Few nodes that disagree in ranges of all sizes, with gaps. */
function disagreeing(seed: number): NodesView[] {
  const random = randomOf(seed);
  const upTo = (count: number): number => Math.floor(random() * count);
  const names = [0, 1, 2, 3].slice(0, 2 + upTo(3));
  return names.map((teller) => ({
    teller: String(teller).padStart(40, '0'),
    nodes: names.map((name) => {
      const ranges = Array.from({ length: upTo(4) }, () => {
        const first = upTo(SLOTS);
        return { first, last: Math.min(SLOTS - 1, first + upTo(random() < 0.5 ? 3 : 6000)) };
      });
      return primary(name, upTo(3), SlotSet.of(ranges));
    }),
  }));
}

/** Of a slot: its owner, told slot by slot as the rule says it, and who says of itself to be that. */
function bySlot(views: readonly NodesView[], slot: number): { owner: string | undefined; claimed: string[] } {
  let best: { id: string; epoch: number; own: boolean } | undefined;
  const claimed: string[] = [];
  const told = new Map(
    views.map(({ teller, nodes }) => [teller, nodes.find(({ id }) => id === teller)!.epoch]),
  );
  for (const { teller, nodes } of views) {
    for (const { id, epoch, slots } of nodes) {
      if (id !== teller && epoch <= told.get(id)!) continue;
      if (!slots.some(({ first, last }) => first <= slot && slot <= last)) continue;
      const own = id === teller;
      if (own) claimed.push(id);
      if (!best || epoch > best.epoch || (epoch === best.epoch && own && !best.own))
        best = { id, epoch, own };
    }
  }
  return { owner: best?.id, claimed };
}

it('gives each slot to whom the rule gives it, however ranges lie across one another', () => {
  for (let seed = 1; seed <= 25; seed++) {
    const views = disagreeing(seed);
    const { shards, shardOfSlot, uncovered, doubled } = mergeViews(views);
    const [none, twice] = [SlotSet.of(uncovered), SlotSet.of(doubled.flatMap(({ slots }) => slots))];
    const held = shards.map(({ slots }) => SlotSet.of(slots));
    const wrong: unknown[] = [];
    for (let slot = 0; slot < SLOTS; slot++) {
      const { owner, claimed } = bySlot(views, slot);
      const at = shardOfSlot[slot]!;
      const inShards = held.flatMap((slots, i) => (slots.has(slot) ? [i] : []));
      const fits =
        shards[at]?.primary.id === owner &&
        inShards.join() === (owner === undefined ? '' : String(at)) &&
        none.has(slot) === (owner === undefined) &&
        twice.has(slot) === claimed.length > 1;
      if (!fits) wrong.push({ seed, slot, owner, at, claimed });
    }
    expect(wrong.slice(0, 3)).toEqual([]);
    for (const {
      slots,
      primary: { id },
    } of shards) {
      // No two of its ranges touch, and the shards come in the order of their first slots.
      expect(slots).toEqual(SlotSet.of(slots).ranges);
      expect(shards.filter((one) => one.primary.id === id)).toHaveLength(1);
    }
    const firsts = shards.map(({ slots }) => slots[0]!.first);
    expect(firsts).toEqual(firsts.toSorted((a, b) => a - b));
  }
});

it('does not look at every slot for every node: this is done twice a second for a source cluster', () => {
  const count = 256;
  const each = SLOTS / count;
  const nodes = Array.from({ length: count }, (_, name) =>
    primary(name, name, SlotSet.of([{ first: name * each, last: (name + 1) * each - 1 }])),
  );
  const views = nodes.map(({ id }) => ({ teller: id, nodes }));
  mergeViews(views.slice(0, 2));
  const began = process.cpuUsage();
  const { shards } = mergeViews(views);
  const { user, system } = process.cpuUsage(began);
  expect(shards).toHaveLength(count);
  expect((user + system) / 1000).toBeLessThan(200);
});
