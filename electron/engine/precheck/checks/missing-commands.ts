import { ACTION, CommandTable } from '../../route/command-table.ts';
import { adaptedCommands, UNLINK_VERSION } from '../../route/command-adapter.ts';
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
  const known = new Set(ofTarget.map(({ name }) => name.split('|')[0]!));
  for (const name of adaptedCommands(targetVersion)) known.add(name);
  if (targetVersion < UNLINK_VERSION) known.add('unlink');
  const carried = new CommandTable([]);
  const writes = new Set(ofSource.filter(({ write }) => write).map(({ name }) => name.split('|')[0]!));
  return [...writes]
    .filter((name) => (calls.get(name) ?? 0) > 0 && !known.has(name) && !SENT_AS_OTHERS.has(name))
    .filter((name) => {
      const action = carried.find(Buffer.from(name), 0, name.length);
      return action !== ACTION.DROP && action !== ACTION.FORBIDDEN;
    })
    .sort();
}
