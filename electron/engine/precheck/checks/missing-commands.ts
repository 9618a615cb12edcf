import { ACTION } from '../../commands/command-row.ts';
import { adaptedCommands, CommandTable } from '../../commands/command-table.ts';
import type { ServerCommand } from '../../commands/server-command.ts';

/**
 * The writes that the source has run and that a target of this version would refuse: it does not know them, and they are
 * sent neither as others nor in another form.
 */
export function missingCommands(
  calls: ReadonlyMap<string, number>,
  ofSource: readonly ServerCommand[],
  ofTarget: readonly ServerCommand[],
  targetVersion: number,
): string[] {
  if (ofTarget.length === 0) return [];
  const known = new Set(ofTarget.map(({ name }) => baseOf(name)));
  for (const name of adaptedCommands(targetVersion)) known.add(name);
  const carried = new CommandTable([]);
  return ofSource
    .filter(({ name, write }) => {
      const base = baseOf(name);
      if (!write || !calls.has(name) || known.has(base)) return false;
      const row = carried.named(base)?.row;
      return (
        !row?.sentAsOthers &&
        row?.action !== ACTION.DROP &&
        row?.action !== ACTION.FORBIDDEN &&
        row?.action !== ACTION.CLUSTER
      );
    })
    .map(({ name }) => name)
    .sort();
}

/** `xgroup` of `xgroup|create`. */
const baseOf = (name: string): string => name.split('|')[0]!;
