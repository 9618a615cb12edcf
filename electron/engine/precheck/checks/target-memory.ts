import { formatBytes } from '../../../../shared/format/numbers.ts';
import { configSet, failure, mend, pass, skipped, warning, type Finding } from '../finding.ts';
import type { ServerView } from '../server-view.ts';
import type { Check } from '../subjects.ts';

const MB = 1024 * 1024;
/** Buffers, fragmentation and growth during the copy come on top of the data. */
const ADVISED_FACTOR = 1.2;

export interface MemoryFacts {
  /** What the source's data take. */
  readonly neededBytes: number;
  readonly usedBytes: number;
  /** 0 is without limit. */
  readonly maxBytes: number;
  readonly machineBytes: number | undefined;
  /** Keys of the same name are overwritten, so part of what is used may be the same data. */
  readonly overwrite: boolean;
}

export const targetMemory: Check = async ({ source, target, spec }) => {
  const neededBytes = await datasetBytes(source);
  const maxBytes = (await target.figure('maxmemory')) ?? (await target.configNumber('maxmemory'));
  const usedBytes = await target.figure('used_memory');
  if (neededBytes === undefined || usedBytes === undefined || maxBytes === undefined)
    return skipped(`The ${neededBytes === undefined ? 'source' : 'target'} does not tell its memory.`);
  return judgeMemory({
    neededBytes,
    usedBytes,
    maxBytes,
    machineBytes: await target.figure('total_system_memory'),
    overwrite: spec.existing === 'overwrite',
  });
};

/** What the data of a server take; before 4.0, all that it uses. */
export async function datasetBytes(server: ServerView): Promise<number | undefined> {
  return (await server.figure('used_memory_dataset')) ?? (await server.figure('used_memory'));
}

export function judgeMemory(facts: MemoryFacts): Finding {
  const { neededBytes, usedBytes, maxBytes, machineBytes, overwrite } = facts;
  const needs = `The data of the source take ${formatBytes(neededBytes)}`;
  const wanted = Math.ceil((usedBytes + ADVISED_FACTOR * neededBytes) / MB) * MB;
  const raise = configSet(
    'target',
    'maxmemory',
    wanted,
    `Raise it to ${formatBytes(wanted)}, if its machine has that much.`,
  );
  if (maxBytes > 0) {
    const room = maxBytes - usedBytes;
    const has = `The target has a maxmemory of ${formatBytes(maxBytes)} and uses ${formatBytes(usedBytes)}, so ${formatBytes(room)} are free`;
    if (room < neededBytes)
      return overwrite
        ? warning(`${needs}. ${has}. It fits only as far as keys of the same name are replaced.`, raise)
        : failure(`${needs}. ${has}.`, raise);
    if (room < ADVISED_FACTOR * neededBytes)
      return warning(`${needs}. ${has}: that leaves less than a fifth for what comes on top.`, raise);
  }
  if (machineBytes !== undefined && machineBytes - usedBytes < ADVISED_FACTOR * neededBytes) {
    return warning(
      `${needs}. The machine of the target has ${formatBytes(machineBytes)}, of which the target uses ${formatBytes(usedBytes)} already.`,
      mend('target', 'Use a machine with more memory.'),
    );
  }
  if (maxBytes > 0) return pass(`${needs}, and ${formatBytes(maxBytes - usedBytes)} are free on the target.`);
  const machine = machineBytes === undefined ? '' : `; its machine has ${formatBytes(machineBytes)}`;
  return pass(`${needs}. The target sets no maxmemory${machine}.`);
}
