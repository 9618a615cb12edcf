import { EXIT } from '../../../../shared/errors/catalogue.ts';
import { addHostOptions, withHost, type HostFlags } from './host-client.ts';
import type { AddSubcommand } from './subcommand.ts';
import { tableOf, toldTask } from './told-task.ts';

/** `lockstep tasks list` */
export const addList: AddSubcommand = (tasks, { finish }) =>
  addHostOptions(tasks.command('list'))
    .description('all tasks, a line each')
    .action(async (flags: HostFlags) => {
      const views = await withHost(flags, process.env, (client) => client.request('task.list', {}));
      const told = views.map((view) => toldTask(view, Date.now()));
      if (flags.json) process.stdout.write(`${JSON.stringify(told)}\n`);
      else process.stdout.write(told.length === 0 ? 'No tasks.\n' : `${tableOf(told)}\n`);
      finish(EXIT.ok);
    });
