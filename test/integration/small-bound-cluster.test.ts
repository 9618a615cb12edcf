/** How late expiry on a target is that is a cluster: little in step, as on one server, and much where nobody can tell. */
import { expect, it } from 'vitest';
import { keySlot } from '../../electron/engine/router/key-slot.ts';
import { GRID_MS } from '../../shared/model/lateness.ts';
import { type ClusterMember } from '../support/cluster.ts';
import { atNight } from '../support/nightly.ts';
import { runCli } from '../support/run-cli.ts';
import { poll } from '../support/sync-run.ts';
import {
  begin,
  bounds,
  cluster,
  ends,
  fill,
  follow,
  inState,
  run,
  shortLivedCounters,
  SMALL_MS,
  source,
  startEngine,
} from '../support/target/small-bound-cluster.ts';

/** Times of two servers are asked one after the other. */
const ASKED_MS = 1000;

atNight('in step every key of every node is late by the small bound, and exact after the end', async () => {
  await begin();
  await fill(600, 60_000);
  await follow();
  await source.client().multi().set('new', 'v', 'EX', 100).rename('k:7', 'renamed').exec();
  await poll('the renamed key', async () => (await cluster.client.exists('renamed')) === 1);
  const from = source.client();
  for (const key of [
    'k:0',
    'k:599',
    'new',
    'renamed',
    ...Array.from({ length: 40 }, (_, i) => `k:${i + 20}`),
  ]) {
    const [here, there] = await Promise.all([from.pttl(key), cluster.client.pttl(key)]);
    expect(there - here, key).toBeGreaterThan(SMALL_MS - ASKED_MS);
    expect(there - here, key).toBeLessThan(SMALL_MS + GRID_MS + ASKED_MS);
  }
  expect(await bounds()).toEqual({ small: 601 });
  await ends();
});

it('counters under short expiry that the source extends just in time stay equal through slots that are moved, and what was carried stays late', async () => {
  await begin();
  await follow();
  const counters = await shortLivedCounters();
  const slots = [...new Set((await source.client().keys('*')).map((key) => keySlot(Buffer.from(key))))];
  const owner = await cluster.ownerOf(slots[0]!);
  const to = cluster.members.find(({ id }) => id !== owner.id)!;
  const own: number[] = [];
  for (const slot of slots) if ((await cluster.ownerOf(slot)).id === owner.id) own.push(slot);
  await cluster.moveSlots(own, to);
  await inState('long');
  await poll('in step again', () => run!.phases.at(-1) === 'in-step');
  expect(run!.told.some((text) => text.includes('since slots were moved between its nodes'))).toBe(true);
  await counters.end();
  expect((await bounds())['small'] ?? 0).toBe(0);
  await ends();
  // Exact times bear no marks, so what was carried before is forgotten.
  await follow();
});

/**
 * Moves a slot to another member and back, so that it lies where it did. Its times come later by up to 16 ms on the way, as over a slow
 * network: so each mark is met by some of them.
 */
async function toAndFro(slot: number): Promise<ClusterMember> {
  const owner = await cluster.ownerOf(slot);
  const other = cluster.members.find(({ id }) => id !== owner.id)!;
  await cluster.moveSlot(slot, other);
  const writes = other.client.pipeline();
  for (const key of await other.client.keys('{carried}:*'))
    writes.pexpireat(key, (await other.client.pexpiretime(key)) + (Number(key.split(':')[1]) % 16));
  await writes.exec();
  await cluster.settled();
  await cluster.moveSlot(slot, owner);
  await cluster.settled();
  return owner;
}

atNight(
  'no time that was carried to and fro is taken for a later one, by a run or by a release',
  async () => {
    await begin();
    const from = source.client();
    const writes = from.pipeline();
    for (let i = 0; i < 2000; i++) writes.set(`{carried}:${i}`, i, 'PX', 3_600_000 + i * 17);
    await writes.exec();
    const engine = startEngine();
    await inState('small');
    engine.kill();
    const owner = await toAndFro(keySlot(Buffer.from('{carried}')));
    await source.stop();
    const { status } = await runCli(['release', '--target', cluster.url]);
    expect(status).toBe(0);
    const keys = (await owner.client.keys('{carried}:*')).length;
    expect(keys).toBe(2000);
    // Late by what they were, since nobody can tell, and never earlier.
    for (let i = 0; i < 2000; i += 97) {
      const ms = await owner.client.pttl(`{carried}:${i}`);
      expect(ms).toBeGreaterThan(3_000_000);
      expect(ms).toBeLessThan(3_600_000 + i * 17 + SMALL_MS + 100);
    }
  },
);
