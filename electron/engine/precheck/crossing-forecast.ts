import { ACTION, type CommandRow, type KeyRule } from '../commands/command-row.ts';
import { CommandTable } from '../commands/command-table.ts';
import type { ServerCommand } from '../commands/server-command.ts';

/**
 * What a command costs on a cluster when its keys lie in several slots. `divided`: nothing to speak of, each slot gets its part.
 * `carried`: all lanes wait for it, and values go from node to node. `every-node`: they wait for it too. `refused`: the task stops there.
 */
export type CrossingCost = 'divided' | 'carried' | 'every-node' | 'refused';

export interface CrossingForecast {
  /** In small letters, without a subcommand. */
  readonly name: string;
  /** How often it was run, with one key or several. */
  readonly calls: number;
  readonly cost: CrossingCost;
}

/**
 * The commands of these that may concern several slots, the most frequent first. What a source sends as others, such as pops over several
 * keys, is none of them.
 *
 * @param calls see parseCommandCalls
 * @param ofSource the commands that the source knows, those of modules among them
 * @param several the cluster has several databases
 */
export function forecastCrossings(
  calls: ReadonlyMap<string, number>,
  ofSource: readonly ServerCommand[],
  several = false,
): readonly CrossingForecast[] {
  const known = new CommandTable([]);
  const ofModules = new Map(ofSource.map((one) => [one.name.toLowerCase(), one]));
  const found = new Map<string, CrossingForecast>();
  for (const [full, count] of calls) {
    const name = full.split('|')[0]!;
    const row = known.named(name)?.row;
    const cost = row ? costOf(row, several) : costOfOther(ofModules.get(name));
    if (cost) found.set(name, { name, calls: count + (found.get(name)?.calls ?? 0), cost });
  }
  return [...found.values()].sort((a, b) => b.calls - a.calls);
}

function costOf(
  { action, keys, crossing, sentAsOthers }: CommandRow,
  several: boolean,
): CrossingCost | undefined {
  switch (action) {
    case ACTION.SWAPDB:
      return 'refused';
    case ACTION.MOVE:
      return several ? undefined : 'refused';
    case ACTION.FLUSHALL:
    case ACTION.FLUSHDB:
    case ACTION.FUNCTION:
      return 'every-node';
  }
  if (!crossing || sentAsOthers || onlyReads(keys)) return undefined;
  return crossing.kind === 'parts' || crossing.kind === 'apart' ? 'divided' : 'carried';
}

/** It is never sent. */
const onlyReads = (keys: KeyRule): boolean =>
  typeof keys === 'object' && 'last' in keys && keys.changes === 0;

function costOfOther(command: ServerCommand | undefined): CrossingCost | undefined {
  if (!command?.write) return undefined;
  return command.movable || command.first !== command.last ? 'refused' : undefined;
}
