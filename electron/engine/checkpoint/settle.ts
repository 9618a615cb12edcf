import { HOME_SLOT, type SlotNodes } from '../control/cluster-nodes.ts';
import type { Lane } from './lane-index.ts';

/** A replica that does not answer by then is not waited for. */
const TIMEOUT_MS = 500;

/**
 * Waits until the replicas of some nodes have what was written there, so that the one that takes over next has it, too. As well as can
 * be: what is lost nevertheless is found missing.
 */
export async function settle(nodes: SlotNodes, where: readonly Lane[] | 'home'): Promise<void> {
  const { shards, shardOfSlot } = nodes.topology;
  const slots = where === 'home' ? [HOME_SLOT] : where.map(({ slots: [range] }) => range!.first);
  const written = new Set(slots.map((slot) => shardOfSlot[slot]!));
  await Promise.all(
    [...written].map(async (index) => {
      const { replicas, slots: own } = shards[index]!;
      const there = replicas.filter(({ health }) => health === 'well').length;
      if (there === 0) return;
      const redis = await nodes.onSlot(own[0]!.first);
      await redis.wait(there, TIMEOUT_MS).catch(() => undefined);
    }),
  );
}
