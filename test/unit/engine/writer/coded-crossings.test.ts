import { expect, it } from 'vitest';
import type { SlotNodes } from '../../../../electron/engine/control/cluster-nodes.ts';
import { DatabaseChoice } from '../../../../electron/engine/commands/database-choice.ts';
import { ClusterCrossings } from '../../../../electron/engine/writer/script/cluster-crossings.ts';
import type { PlacedCrossing } from '../../../../electron/engine/writer/script/crossing.ts';
import { codedCrossings } from '../../../../electron/engine/writer/script/coded-crossings.ts';
import { parseEndpoint } from '../../../../shared/model/endpoint.ts';

/** As the client library says it of what is asked when a connection has broken. */
const broken = (): Promise<never> => Promise.reject(new Error('Connection is closed.'));
const placed = (index: number) => ({ index, slot: index, lane: index - 1 });
const plan: PlacedCrossing = {
  db: 0,
  ...{ name: 'rename', crossing: { kind: 'carries' }, to: placed(2), keys: [placed(1), placed(2)] },
  given: [Buffer.from('rename'), Buffer.from('a'), Buffer.from('b')],
} as never;
const lanes = { offsetOf: () => 0, run: () => Promise.resolve() };

it('a connection that breaks under a command across slots is a fault that heals', async () => {
  const nodes = { onSlot: broken, topology: { shardOfSlot: [], shards: [] } } as unknown as SlotNodes;
  const own = new ClusterCrossings({
    nodes,
    task: 't',
    lanes: ['lane'],
    owner: 'me',
    databases: new DatabaseChoice(undefined),
  });
  const crossings = codedCrossings(own, parseEndpoint('redis://10.0.0.1:7000'));
  const fault = { code: 'TARGET_LINK_LOST', message: expect.stringContaining('10.0.0.1:7000') };
  await expect(crossings.cross(plan, 10, lanes)).rejects.toMatchObject(fault);
  await expect(crossings.everyNode({ words: ['FLUSHALL'], db: 0 }, 10, lanes)).rejects.toMatchObject(fault);
});
