import type { Command } from 'commander';
import { precheckCommand, type PrecheckFlags } from '../precheck/precheck-command.ts';
import type { CliContext } from './context.ts';
import { addSides } from './sides.ts';

/** `lockstep precheck`. */
export function addPrecheck(program: Command, { output, finish }: CliContext): void {
  addSides(program.command('precheck'))
    .description(
      'look at both servers as a start of sync would need them, and write nothing; exits 8 when a check fails',
    )
    .option('--task <name>', 'name of the task, as sync will have it (default: the source address)')
    .option('--db <list>', 'databases to take, such as 0,3; 3:0 puts 3 into 0 of the target (default: all)')
    .option('--existing <choice>', 'fail or overwrite, as sync will have it', 'fail')
    .option('--on-flush <choice>', 'stop or apply, as sync will have it', 'stop')
    .option('--functions <choice>', 'fail or skip, as sync will have it', 'fail')
    .option('--import-mode <choice>', 'use or leave, as sync will have it', 'leave')
    .option('--source-read-from <choice>', 'primaries or replicas, as sync will have it', 'primaries')
    .option('--full-only', 'only the full copy, no changes after it')
    .option(
      '--buffer-dir <folder>',
      'where what waits for the target will be kept (default: the temporary folder)',
    )
    .option('--buffer-max <size>', 'how much of it may lie on disk, at least 1mb', '8gb')
    .option('--strict', 'warnings count as failures')
    .option('--json', 'one JSON object for each check, and a last one for all, on standard output')
    .action(async (flags: PrecheckFlags) => {
      finish(await precheckCommand(flags, output));
    });
}
