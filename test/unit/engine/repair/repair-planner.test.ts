import { expect, it, vi } from 'vitest';
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

vi.mock('../../../../electron/engine/control/control-connection.ts', async (original) => ({
  ...(await original()),
  openControl: async () => ({
    info: async () =>
      'role:slave\r\nmaster_replid:0123456789012345678901234567890123456789\r\nmaster_repl_offset:300\r\n',
    disconnect: () => undefined,
  }),
}));
vi.mock('../../../../electron/engine/repair/slot-keys.ts', () => ({ namesInSlots: async () => [] }));

/** A plan for slots that have come, made where a server answers that has become a replica meanwhile. */
const planAt = (cluster: boolean): Promise<unknown> => {
  const at = { host: '127.0.0.1', port: 1 };
  return new RepairPlanner({
    world: systemWorld,
    spec: { task: 'orders 1' },
    databases: DatabaseChoice.parse('all'),
    feed: {},
    servers: {
      at: { source: at, target: at },
      table: new CommandTable([], 70015),
      facts: { source: { cluster, abilities: { version: 70015 } } },
    },
    checkpoint: checkpointWith({ offset: 300 }),
    slots: SlotSet.parse('0-9'),
    arrival: { slots: SlotSet.parse('9'), standing: [] },
    undated: false,
  } as unknown as RepairPlannerOptions).plan();
};

it('a primary of a shard that has become a replica is waited for to be followed by the next one', async () => {
  await expect(planAt(true)).rejects.toMatchObject({ code: 'SOURCE_LINK_LOST' });
});

it('a server by itself that is a replica leads to a new copy', async () => {
  await expect(planAt(false)).rejects.toBeInstanceOf(NewCopyNeeded);
});
