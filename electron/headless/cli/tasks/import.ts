import fs from 'node:fs';
import { EXIT } from '../../../../shared/errors/catalogue.ts';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { describeImported, describeLeft } from '../../../../shared/format/import-words.ts';
import { importFile } from '../../../../shared/profiles/import-file.ts';
import type { Imported } from '../../../../shared/profiles/imported.ts';
import { MOST_FILE_BYTES } from '../../../../shared/profiles/profile-file.ts';
import type { Client } from '../../../../shared/contract/client.ts';
import { environmentSecrets, secretVariable } from '../../serve/environment-secrets.ts';
import { addHostOptions, withHost, type HostFlags } from './host-client.ts';
import type { AddSubcommand } from './subcommand.ts';

/** `lockstep tasks import` */
export const addImport: AddSubcommand = (tasks, { finish }) =>
  addHostOptions(tasks.command('import'))
    .description('take over the tasks of a file; none is started. Exits 1 when one was not taken')
    .argument('<file>', 'what `tasks export` or the window has written; - for standard input')
    .action(async (file: string, flags: HostFlags) => {
      const text = readFile(file);
      const imported = await withHost(flags, process.env, async (client) => {
        const all = await importFile(text, (portion) => client.request('task.import', { tasks: portion }));
        return { ...all, taken: await giveSecrets(client, all.taken) };
      });
      process.stdout.write(flags.json ? `${JSON.stringify(imported)}\n` : toldLines(imported));
      finish(imported.left.length > 0 ? EXIT.different : EXIT.ok);
    });

/** What the environment of the command has, where that of the host has nothing. */
async function giveSecrets(client: Client, taken: Imported['taken']): Promise<Imported['taken']> {
  const all: Imported['taken'] = [];
  for (const { id, name, needs } of taken) {
    const secrets = Object.fromEntries(
      needs.map((side) => [side, environmentSecrets(process.env, id, side)]),
    );
    const given = needs.some((side) => Object.keys(secrets[side]!).length > 0);
    const view = given ? await client.request('task.edit', { id, changes: {}, secrets }) : undefined;
    all.push({ id, name, needs: view ? view.missingSecrets : needs });
  }
  return all;
}

/** @throws LockstepError USAGE */
function readFile(file: string): string {
  try {
    const from = file === '-' ? 0 : file;
    if (from !== 0 && fs.statSync(from).size > MOST_FILE_BYTES)
      throw new LockstepError('USAGE', `${file} is larger than any file of tasks`);
    return fs.readFileSync(from, 'utf8');
  } catch (error) {
    if (error instanceof LockstepError) throw error;
    throw new LockstepError('USAGE', `${file} cannot be read: ${(error as Error).message}`);
  }
}

function toldLines(imported: Imported): string {
  const lines = [
    `${describeImported(imported)}.`,
    ...imported.taken.map(({ id, name, needs }) =>
      needs.length === 0
        ? `${name} (${id}) can be started.`
        : `${name} (${id}) needs the secrets of its ${needs.join(' and its ')}: in the page, or by ${needs.map((side) => secretVariable(id, side)).join(' and ')} in the environment of serve.`,
    ),
    ...imported.left.map((task) => `${task.name} was not taken: ${describeLeft(task)}.`),
  ];
  return `${lines.join('\n')}\n`;
}
