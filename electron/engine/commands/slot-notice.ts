import type { CommandReader } from '../protocol/resp/command-reader.ts';

const SYNCSLOTS = /^syncslots$/i;

/**
 * `CLUSTER SYNCSLOTS …`: a node tells its replicas that slots are being carried to it in one step, and how that ended (`Valkey
 * cluster_migrateslots.c`, `Redis cluster_asm.c`). The keys come as commands of their own, and whose the slots are the cluster says.
 */
export const isSlotNotice = (mem: Buffer, { from, to, count }: CommandReader): boolean =>
  count > 1 && SYNCSLOTS.test(mem.toString('latin1', from[1], to[1]));
