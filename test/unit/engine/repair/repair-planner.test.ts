import { beforeEach, expect, it, vi } from 'vitest';
import type { Checkpoint } from '../../../../electron/engine/checkpoint/checkpoint.ts';
import { CommandTable } from '../../../../electron/engine/commands/command-table.ts';
import { DatabaseChoice } from '../../../../electron/engine/commands/database-choice.ts';
import { NewCopyNeeded } from '../../../../electron/engine/repair/give-up.ts';
import {
  RepairPlanner,
  type RepairPlannerOptions,
} from '../../../../electron/engine/repair/repair-planner.ts';
import { SlotSet } from '../../../../electron/engine/router/slot-set.ts';
import { systemWorld } from '../../../../electron/engine/world/system-world.ts';
import { checkpointWith } from '../../../support/target/checkpoints.ts';

const world = vi.hoisted(() => ({ role: 'slave', lost: undefined as unknown }));

vi.mock('../../../../electron/engine/repair/window-keys.ts', () => ({
  WindowKeys: class {
    found = new Set();
    uses = [];
    constructor({ lost }: { lost: unknown }) {
      world.lost = lost;
    }
    endSearch = async (): Promise<void> => undefined;
    refuseSwapped = (): void => undefined;
  },
}));
vi.mock('../../../../electron/engine/repair/window-reader.ts', () => ({
  WindowReader: class {
    read = async (): Promise<void> => undefined;
    wake = (): void => undefined;
  },
}));
vi.mock('../../../../electron/engine/repair/target-losses.ts', () => ({
  findLosses: async (_: unknown, _db: number, names: string[]) => names,
}));
vi.mock('../../../../electron/engine/repair/source-clock.ts', async (original) => ({
  ...(await original<object>()),
  offsetPastLosses: async () => ({ offset: 300 }),
}));
vi.mock('../../../../electron/engine/expiry/expiry-walk.ts', () => ({ targetNowMs: async () => 0 }));
vi.mock('../../../../electron/engine/control/control-connection.ts', async (original) => ({
  ...(await original()),
  openControl: async () => ({
    info: async () =>
      `role:${world.role}\r\nmaster_replid:0123456789012345678901234567890123456789\r\nmaster_repl_offset:300\r\n`,
    disconnect: () => undefined,
  }),
}));
vi.mock('../../../../electron/engine/repair/slot-keys.ts', () => ({ namesInSlots: async () => [] }));

/** A plan for slots that have come, made where a server answers that has become a replica meanwhile. */
const planAt = (cluster: boolean, some: Partial<Checkpoint> = {}): Promise<unknown> => {
  const at = { host: '127.0.0.1', port: 1 };
  return new RepairPlanner({
    world: systemWorld,
    spec: { task: 'orders 1', spoolMaxBytes: 1024 ** 3 },
    databases: DatabaseChoice.parse('all'),
    feed: {},
    servers: {
      at: { source: at, target: at },
      table: new CommandTable([], 70015),
      facts: {
        source: { cluster, abilities: { version: 70015 } },
        target: { clockAheadMs: 0, abilities: { scripts: true } },
      },
    },
    checkpoint: checkpointWith({ offset: 300, verified: 300, ...some }),
    slots: SlotSet.parse('0-9'),
    arrival: { slots: SlotSet.parse('9'), standing: [] },
    failed: [],
    furthest: 0,
    undated: false,
  } as unknown as RepairPlannerOptions).plan();
};

beforeEach(() => {
  world.role = 'slave';
});

it('commands on keys of slots that have not come are left out only where keys may have expired', async () => {
  world.role = 'master';
  const lost = (): Promise<unknown> =>
    (world.lost as (db: number, names: string[]) => Promise<unknown>)(0, ['k']);
  await planAt(true);
  expect(await lost()).toEqual([]);
  await planAt(true, { earliestExpiryMs: 1 });
  expect(await lost()).toEqual(['k']);
});

it('a primary of a shard that has become a replica is waited for to be followed by the next one', async () => {
  await expect(planAt(true)).rejects.toMatchObject({ code: 'SOURCE_LINK_LOST' });
});

it('a server by itself that is a replica leads to a new copy', async () => {
  await expect(planAt(false)).rejects.toBeInstanceOf(NewCopyNeeded);
});
