import { EXIT } from '../../../../shared/errors/catalogue.ts';
import { worstOf } from '../exit-statuses.ts';
import { reportError } from '../report-error.ts';
import { findTask } from './find-task.ts';
import { addHostOptions, withHost, type HostFlags } from './host-client.ts';
import type { AddSubcommand } from './subcommand.ts';
import { toldTask } from './told-task.ts';

/** What a task is told to do, by a request of the same name. */
const ACTS = {
  start: 'start tasks, or go on from their checkpoints',
  pause: 'leave the targets of tasks alone for a while; what the source writes waits',
  resume: 'end a pause',
  stop: 'apply what the source has written so far, hand the targets over, and end',
} as const;
type Act = keyof typeof ACTS;

/** `lockstep tasks start`, `pause`, `resume` and `stop` */
export const addActs: AddSubcommand = (tasks, { finish }) => {
  for (const act of Object.keys(ACTS) as Act[])
    addHostOptions(tasks.command(act))
      .description(ACTS[act])
      .argument('<task...>', 'names or ids')
      .action(async (wanted: readonly string[], flags: HostFlags) => {
        finish(await actOn(act, wanted, flags));
      });
};

/** One that cannot do it is told with why, and stops none of the others. @returns the exit status of the worst */
const actOn = (act: Act, wanted: readonly string[], flags: HostFlags): Promise<number> =>
  withHost(flags, process.env, async (client) => {
    const views = await client.request('task.list', {});
    // All are found before the first is told anything.
    const found = wanted.map((one) => findTask(views, one));
    const statuses: number[] = [];
    for (const { id, name } of found)
      try {
        const told = toldTask(await client.request(`task.${act}`, { id }), Date.now());
        process.stdout.write(`${flags.json ? JSON.stringify(told) : `${name}: ${told.sentence}`}\n`);
      } catch (error) {
        statuses.push(reportError(error, flags.json === true, name));
      }
    return worstOf([EXIT.ok, ...statuses]);
  });
