import { beforeEach, describe, expect, it, vi } from 'vitest';
import { DatabaseChoice } from '../../../../electron/engine/commands/database-choice.ts';
import { SlotSet } from '../../../../electron/engine/router/slot-set.ts';
import type { Servers } from '../../../../electron/engine/target/servers.ts';
import { SlotArrivals, type NextArrival } from '../../../../electron/engine/stream/slot-arrivals.ts';

/** What either side has in slots, and how often the target was looked through. */
const world = vi.hoisted(() => ({
  source: new Map<number, number>(),
  target: new Map<number, string[]>(),
  looks: 0,
}));

vi.mock('../../../../electron/engine/repair/slot-keys.ts', () => ({
  countInSlots: async () => world.source,
  namesStanding: async () => {
    world.looks += 1;
    return new Map(world.target);
  },
}));

const servers = {
  openSource: async () => undefined,
  openTarget: async () => undefined,
  targets: async () => [],
  at: { source: { host: 'a', port: 1 }, target: { host: 'b', port: 2 } },
  cluster: undefined,
  facts: { source: {} },
} as unknown as Servers;
const ALL = new DatabaseChoice(undefined);
const of = (text: string): SlotSet => SlotSet.parse(text)!;
const brought = (next: NextArrival): string =>
  next.kind === 'bring' ? String(next.arrival.slots) : next.kind;
const standing = (next: NextArrival): readonly string[] =>
  next.kind === 'bring' ? next.arrival.standing : [];

beforeEach(() => {
  world.source = new Map();
  world.target = new Map();
  world.looks = 0;
});

describe('slots that come', () => {
  it('are as many as hold 5,000 keys on either side, in their order', async () => {
    world.source = new Map([
      [10, 3000],
      [12, 1500],
      [13, 1],
    ]);
    world.target = new Map([[11, Array.from({ length: 2001 }, (_, i) => `key ${i}`)]]);
    const arrivals = new SlotArrivals(servers, of('9-14'), ALL);
    expect(brought(await arrivals.next(of('-'), undefined))).toBe('9-10');
    expect(brought(await arrivals.next(of('9-10'), undefined))).toBe('11-14');
    expect(brought(await arrivals.next(of('9-14'), undefined))).toBe('none');
  });

  it('come by themselves where one holds more than can be read, so that it is known when fewer will not do', async () => {
    world.source = new Map([[12, 30_000]]);
    const arrivals = new SlotArrivals(servers, of('9-14'), ALL);
    const first = await arrivals.next(of('-'), undefined);
    expect(brought(first)).toBe('9-11');
    const second = await arrivals.next(of('9-11'), undefined);
    expect(brought(second)).toBe('12');
    expect(second.kind === 'bring' && arrivals.fewer(second.arrival)).toBe(false);
  });

  it('are looked for once on the target from round to round, and anew where a round was cut off', async () => {
    world.target = new Map([[10, ['one']]]);
    const arrivals = new SlotArrivals(servers, of('10-12'), ALL);
    await arrivals.next(of('-'), undefined);
    world.target.set(10, ['one', 'written by a round that was cut off']);
    expect(standing(await arrivals.next(of('-'), undefined))).toEqual(['one']);
    expect(world.looks).toBe(1);
    arrivals.forget();
    expect(standing(await arrivals.next(of('-'), undefined))).toHaveLength(2);
  });

  it('are copied with their shard where the target holds another database: counts are of one', async () => {
    const node = (keyspace: string): object => ({ info: async () => `# Keyspace\r\n${keyspace}\r\n` });
    const several = {
      ...servers,
      openSource: async () => node('db0:keys=3,expires=0'),
      targets: async () => [node(''), node('db4:keys=1,expires=0')],
      facts: { source: { valkeyVersion: '9.0.0' } },
    } as unknown as Servers;
    const next = await new SlotArrivals(several, of('9-14'), ALL).next(of('-'), undefined);
    expect(next).toMatchObject({ kind: 'new-copy', reason: expect.stringContaining('several databases') });
  });
});
