import { EXIT } from '../../../../shared/errors/catalogue.ts';
import { findTask } from './find-task.ts';
import { addHostOptions, withHost, type HostFlags } from './host-client.ts';
import type { AddSubcommand } from './subcommand.ts';
import { toldTask } from './told-task.ts';

/** `lockstep tasks status` */
export const addStatus: AddSubcommand = (tasks, { finish }) =>
  addHostOptions(tasks.command('status'))
    .description('how one task is, in one sentence; exits 1 when it has failed or its sides differ')
    .argument('<task>', 'its name or its id')
    .action(async (wanted: string, flags: HostFlags) => {
      const views = await withHost(flags, process.env, (client) => client.request('task.list', {}));
      const told = toldTask(findTask(views, wanted), Date.now());
      process.stdout.write(`${flags.json ? JSON.stringify(told) : told.sentence}\n`);
      finish(told.tone === 'bad' ? EXIT.different : EXIT.ok);
    });
