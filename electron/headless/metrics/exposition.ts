import { Registry } from 'prom-client';
import { register, type Figure } from './figure.ts';
import type { MeasuredTask } from './measured-task.ts';
import { NODE_FIGURES, SHARD_FIGURES } from './part-figures.ts';
import { TASK_FIGURES } from './task-figures.ts';

/** Shards, and nodes, of one task that have series of their own; clusters are smaller, and one that is larger is told as a whole. */
const MOST_PARTS = 256;
/** What every series of a task has. */
const TASK_LABELS = ['task', 'name', 'target'] as const;

const VERSION: Figure<string> = {
  name: 'lockstep_build_info',
  help: 'Always 1: the version of Lockstep.',
  kind: 'gauge',
  labels: ['version'],
  samples: (version) => [{ labels: { version }, value: 1 }],
};

export const CONTENT_TYPE: string = Registry.PROMETHEUS_CONTENT_TYPE;

/** All figures of these tasks in the text format of Prometheus. Made anew each time: what is over has no series. */
export async function exposition(version: string, tasks: readonly MeasuredTask[]): Promise<string> {
  const registry = new Registry();
  register(registry, VERSION, [], [{ labels: {}, of: version }]);
  const named = tasks.map((of) => ({ labels: { task: of.task, name: of.name, target: of.target }, of }));
  for (const figure of TASK_FIGURES) register(registry, figure, TASK_LABELS, named);
  const working = named.filter(({ of }) => of.atWork);
  const shards = working.flatMap(({ labels, of }) =>
    (of.metrics?.feeds ?? [])
      .slice(0, MOST_PARTS)
      .map((feed) => ({ labels: { ...labels, shard: String(feed.part) }, of: feed })),
  );
  for (const figure of SHARD_FIGURES) register(registry, figure, [...TASK_LABELS, 'shard'], shards);
  const nodes = working.flatMap(({ labels, of }) =>
    (of.metrics?.lanes ?? [])
      .slice(0, MOST_PARTS)
      .map((lane) => ({ labels: { ...labels, node: lane.at }, of: lane })),
  );
  for (const figure of NODE_FIGURES) register(registry, figure, [...TASK_LABELS, 'node'], nodes);
  return registry.metrics();
}

/** The names of all that is told, for whatever asks for them. */
export const METRIC_NAMES: readonly string[] = [
  VERSION,
  ...TASK_FIGURES,
  ...SHARD_FIGURES,
  ...NODE_FIGURES,
].map(({ name }) => name);
