import type { Command } from 'commander';
import { rehearseCopyCommand, type RehearseCopyFlags } from '../rehearse/copy-command.ts';
import { rehearseCutoverCommand, type RehearseCutoverFlags } from '../rehearse/cutover-command.ts';
import { rehearseFailoverCommand, type RehearseFailoverFlags } from '../rehearse/failover-command.ts';
import { addRehearseOptions } from '../rehearse/rehearse-flags.ts';
import type { CliContext } from './context.ts';
import { addSides } from './sides.ts';

/** `lockstep rehearse copy`, `failover` and `cutover`. */
export function addRehearse(program: Command, context: CliContext): void {
  const { output, finish } = context;
  const rehearse = program
    .command('rehearse')
    .description('go through a move or a disaster recovery with a stopwatch; exits 0 when the goals are met');

  addRehearseOptions(addSides(rehearse.command('copy')))
    .description('copy into an empty target, keep in step for a while, compare; measures all of it')
    .option('--task <name>', 'name of the task (default: one of its own for each run)')
    .option('--clean', 'then remove what was copied, without asking')
    .option('--keep', 'then keep it, without asking')
    .action(async (flags: RehearseCopyFlags) => {
      finish(await rehearseCopyCommand(flags, output));
    });

  addRehearseOptions(addSides(rehearse.command('failover')))
    .description(
      'bring a pair in step, take the source for lost, and measure what is missing and how long it takes',
    )
    .option(
      '--task <name>',
      'name of the task, which is gone on with where it is there (default: by the source)',
    )
    .option(
      '--check <what>',
      'a check of your own once the target answers: a command (status 0 passes), http://…, https://…, or tcp://host:port',
    )
    .option('--check-within <duration>', 'when it is ended as failed', '60s')
    .option(
      '--free-for <duration>',
      'how long the target is then free to be used (default: until Enter is pressed)',
    )
    .option('--copy-again', 'where others have written to the target, replace all it holds without asking')
    .action(async (flags: RehearseFailoverFlags) => {
      finish(await rehearseFailoverCommand(flags, output));
    });

  addRehearseOptions(addSides(rehearse.command('cutover')))
    .description(
      'the checklist of a planned move, with who is in its way; then the move itself, where that is agreed to',
    )
    .option(
      '--task <name>',
      'name of the task, which is gone on with where it is there (default: by the source)',
    )
    .option('--wait-for <duration>', 'how long to wait until nothing stands in the way', '10m')
    .option('--quiet-for <duration>', 'how long nobody may have written, and nothing may be behind', '60s')
    .option('--compared-within <duration>', 'how old the comparison may be', '10m')
    .option('--cut-over', 'then cut over without asking: apply the last, compare, and hand the target over')
    .action(async (flags: RehearseCutoverFlags) => {
      finish(await rehearseCutoverCommand(flags, output));
    });
}
