import { ACTION, CommandTable } from '../../commands/command-table.ts';
import { adaptedCommands, UNLINK_VERSION } from '../../commands/command-adapter.ts';
import type { KnownCommand } from '../known-commands.ts';

/** What never comes as it is: sources send what it did, in commands that were there before it. */
const SENT_AS_OTHERS = new Set(
  'getex getdel lmpop blmpop zmpop bzmpop blmove xreadgroup xautoclaim fcall eval evalsha hgetdel'.split(' '),
);

/**
 * The writes that the source has run and that a target of this version would refuse: it does not know them, and they are
 * sent neither as others nor in another form.
 */
export function missingCommands(
  calls: ReadonlyMap<string, number>,
  ofSource: readonly KnownCommand[],
  ofTarget: readonly KnownCommand[],
  targetVersion: number,
): string[] {
  if (ofTarget.length === 0) return [];
  const known = new Set(ofTarget.map(({ name }) => baseOf(name)));
  for (const name of adaptedCommands(targetVersion)) known.add(name);
  if (targetVersion < UNLINK_VERSION) known.add('unlink');
  const carried = new CommandTable([]);
  return ofSource
    .filter(({ name, write }) => {
      const base = baseOf(name);
      if (!write || !calls.has(name) || known.has(base) || SENT_AS_OTHERS.has(base)) return false;
      const action = carried.find(Buffer.from(base), 0, base.length);
      return action !== ACTION.DROP && action !== ACTION.FORBIDDEN;
    })
    .map(({ name }) => name)
    .sort();
}

/** `xgroup` of `xgroup|create`. */
const baseOf = (name: string): string => name.split('|')[0]!;
