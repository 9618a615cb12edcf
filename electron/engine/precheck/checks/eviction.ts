import { formatBytes, formatCount } from '../../../../shared/format/numbers.ts';
import { lookAtEach } from '../each-node.ts';
import { configSet, mend, notice, pass, skipped, warning, type Finding } from '../finding.ts';
import type { ServerView } from '../server-view.ts';
import type { Check } from '../subjects.ts';
import { memoryOfNodes } from './node-memory.ts';

/** Eviction on the source is carried to the target, so it is news, not a fault. */
export const sourceEviction: Check = ({ source }) => lookAtEach(source, evictionOf);

async function evictionOf(source: ServerView): Promise<Finding> {
  const setting = await readEviction(source);
  if (!setting) return skipped('The source does not tell its maxmemory.');
  const { maxBytes, usedBytes, policy, evicted } = setting;
  if (maxBytes === 0) return pass('maxmemory is not set: the source evicts nothing.');
  const use = `It uses ${formatBytes(usedBytes)} of a maxmemory of ${formatBytes(maxBytes)}`;
  if (policy === 'noeviction') return pass(`${use}, and its policy is noeviction.`);
  if (evicted === 0)
    return notice(
      `${use}. Its policy ${policy} will evict keys when that is full; it has evicted none so far.`,
    );
  return warning(
    `${use} with the policy ${policy}, and has evicted ${formatCount(evicted)} keys since it started. They are removed from the target as well.`,
    configSet(
      'source',
      'maxmemory',
      2 * maxBytes,
      'Give the source more memory, if its machine has it, so that it keeps its keys.',
    ),
  );
}

/** A target that evicts loses keys that the source has. */
export const targetEvictionPolicy: Check = async ({ target }) => {
  const nodes = await memoryOfNodes(target);
  if (nodes) {
    const evict = nodes.filter(({ maxBytes, policy }) => maxBytes > 0 && policy !== 'noeviction');
    if (evict.length === 0) return pass('No node of it evicts.');
    return warning(
      `${evict.length} of its ${nodes.length} nodes have a maxmemory and the policy ${evict[0]!.policy}: when that is full, they remove keys without a word.`,
      mend('target', 'Set maxmemory-policy to noeviction on each node; the task then waits.'),
    );
  }
  const setting = await readEviction(target);
  if (!setting) return skipped('The target does not tell its maxmemory-policy.');
  const { maxBytes, policy } = setting;
  if (policy === 'noeviction') return pass('Its policy is noeviction.');
  if (maxBytes === 0) return pass(`maxmemory is not set, so the policy ${policy} never evicts.`);
  return warning(
    `Its policy is ${policy} with a maxmemory of ${formatBytes(maxBytes)}: when that is full, it removes keys without a word.`,
    configSet(
      'target',
      'maxmemory-policy',
      'noeviction',
      'Let it refuse writes instead; the task then waits.',
    ),
  );
};

interface Eviction {
  readonly maxBytes: number;
  readonly usedBytes: number;
  readonly policy: string;
  readonly evicted: number;
}

/** INFO tells both from 4.0 on, CONFIG before; undefined where neither does. */
async function readEviction(server: ServerView): Promise<Eviction | undefined> {
  const info = await server.info();
  const maxBytes = (await server.figure('maxmemory')) ?? (await server.configNumber('maxmemory'));
  const policy = info.get('maxmemory_policy') ?? (await server.config('maxmemory-policy'));
  if (maxBytes === undefined || policy === undefined) return undefined;
  return {
    maxBytes,
    policy,
    usedBytes: Number(info.get('used_memory') ?? 0),
    evicted: Number(info.get('evicted_keys') ?? 0),
  };
}
