import { EXIT } from '../../../../shared/errors/catalogue.ts';
import { profileFileText } from '../../../../shared/profiles/profile-file.ts';
import { findTask } from './find-task.ts';
import { addHostOptions, withHost, type HostFlags } from './host-client.ts';
import type { AddSubcommand } from './subcommand.ts';

/** `lockstep tasks export` */
export const addExport: AddSubcommand = (tasks, { finish }) =>
  addHostOptions(tasks.command('export'), { json: false })
    .description('tasks as one file on standard output, without their passwords')
    .argument('[task...]', 'names or ids (default: all)')
    .action(async (wanted: readonly string[], flags: HostFlags) => {
      const views = await withHost(flags, process.env, (client) => client.request('task.list', {}));
      const chosen = wanted.length === 0 ? views : wanted.map((one) => findTask(views, one));
      process.stdout.write(profileFileText(chosen, Date.now()));
      finish(EXIT.ok);
    });
