import { formatBytes } from '../../../../shared/format/numbers.ts';
import { countKeys } from '../../control/info.ts';
import { lookForTask } from '../earlier-runs.ts';
import { configSet, failure, mend, pass, skipped, warning, type Finding } from '../finding.ts';
import type { ServerView } from '../server-view.ts';
import type { Check, Subjects } from '../subjects.ts';
import { memoryOfNodes } from './node-memory.ts';

const MB = 1024 * 1024;
/** Buffers, fragmentation and growth during the copy come on top of the data. */
const ADVISED_FACTOR = 1.2;

export interface MemoryFacts {
  /** What the source's data take, in all databases. */
  readonly sourceBytes: number;
  /** The part of its keys that is taken, from 0 to 1; their sizes may differ. */
  readonly share: number;
  readonly usedBytes: number;
  /** 0 is without limit. */
  readonly maxBytes: number;
  readonly machineBytes: number | undefined;
  /** Keys of the same name are overwritten, or were by an earlier run: part of what is used may be the same data. */
  readonly replaces: boolean;
  /** Of a cluster: how many have that together. */
  readonly nodes?: number;
}

export const targetMemory: Check = async (subjects) => {
  const { source, target, spec } = subjects;
  const sourceBytes = await datasetBytes(source);
  const nodes = await memoryOfNodes(target);
  if (nodes && sourceBytes !== undefined)
    return judgeMemory({
      sourceBytes,
      share: await shareTaken(subjects),
      usedBytes: nodes.reduce((sum, node) => sum + node.usedBytes, 0),
      maxBytes: nodes.some((node) => node.maxBytes === 0)
        ? 0
        : nodes.reduce((sum, node) => sum + node.maxBytes, 0),
      // Several nodes may share one.
      machineBytes: undefined,
      replaces: await hasRun(subjects),
      nodes: nodes.length,
    });
  const maxBytes = (await target.figure('maxmemory')) ?? (await target.configNumber('maxmemory'));
  const usedBytes = await target.figure('used_memory');
  if (sourceBytes === undefined || usedBytes === undefined || maxBytes === undefined)
    return skipped(`The ${sourceBytes === undefined ? 'source' : 'target'} does not tell its memory.`);
  return judgeMemory({
    sourceBytes,
    share: await shareTaken(subjects),
    usedBytes,
    maxBytes,
    machineBytes: await target.figure('total_system_memory'),
    replaces: spec.existing === 'overwrite' || (await hasRun(subjects)),
  });
};

async function shareTaken(subjects: Subjects): Promise<number> {
  const all = countKeys(await subjects.source.databases());
  return all === 0 ? 1 : countKeys(await subjects.chosen()) / all;
}

/** Whether an earlier run of the task may have brought data; where that cannot be read, no. */
async function hasRun({ source, target, spec }: Subjects): Promise<boolean> {
  const { cluster } = await source.identity();
  const earlier = await target
    .inDatabases((redis) => lookForTask(redis, spec.task, cluster))
    .catch(() => undefined);
  return earlier !== undefined;
}

/** What the data of a server, or of all primaries of a cluster, take; before 4.0, all that they use. */
export async function datasetBytes(server: ServerView): Promise<number | undefined> {
  const sizes = await Promise.all((await server.nodes()).map(datasetOfNode));
  return sizes.reduce((sum, size) => (sum === undefined || size === undefined ? undefined : sum + size), 0);
}

const datasetOfNode = async (node: ServerView): Promise<number | undefined> =>
  (await node.figure('used_memory_dataset')) ?? (await node.figure('used_memory'));

export function judgeMemory(facts: MemoryFacts): Finding {
  const { sourceBytes, share, usedBytes, maxBytes, machineBytes, replaces, nodes } = facts;
  const neededBytes = sourceBytes * share;
  const needs =
    share < 1
      ? `The chosen databases take about ${formatBytes(neededBytes)} of the ${formatBytes(sourceBytes)} of the source, by their number of keys`
      : `The data of the source take ${formatBytes(sourceBytes)}`;
  const wanted = Math.ceil((usedBytes + ADVISED_FACTOR * neededBytes) / MB) * MB;
  const raise = nodes
    ? mend(
        'target',
        `Raise it to ${formatBytes(Math.ceil(wanted / nodes))} on each, if their machines have that much.`,
      )
    : configSet(
        'target',
        'maxmemory',
        wanted,
        `Raise it to ${formatBytes(wanted)}, if its machine has that much.`,
      );
  if (maxBytes > 0) {
    const room = maxBytes - usedBytes;
    const who = nodes ? `The ${nodes} nodes of the target have together` : 'The target has';
    const has = `${who} a maxmemory of ${formatBytes(maxBytes)} and ${nodes ? 'use' : 'uses'} ${formatBytes(usedBytes)}, so ${formatBytes(room)} are free`;
    if (room < neededBytes) {
      if (replaces)
        return warning(`${needs}. ${has}. It fits only as far as keys of the same name are replaced.`, raise);
      // What is only estimated is no reason to refuse.
      return (share < 1 ? warning : failure)(`${needs}. ${has}.`, raise);
    }
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
  if (nodes) return pass(`${needs}. Not every node of the target sets a maxmemory.`);
  return pass(`${needs}. The target sets no maxmemory${machine}.`);
}
