import type { Command } from 'commander';
import { releaseCommand, type ReleaseFlags } from '../release-command.ts';
import { once } from '../usage-error.ts';
import type { CliContext } from './context.ts';
import { ADDRESS, ADDRESS_MAP, SENTINEL_USER } from './texts.ts';

/** `lockstep release`. */
export function addRelease(program: Command, context: CliContext): void {
  const { finish } = context;
  program
    .command('release')
    .description('hand a target over when the run that fed it is gone: makes every expiry exact')
    .option('--target <url>', ADDRESS, once('--target'))
    .option('--target-sentinel-user <name>', SENTINEL_USER)
    .option('--address-map <list>', ADDRESS_MAP, once('--address-map'))
    .option('--task <name>', 'name of the task (default: the only one that the target has)')
    .option('--json', 'the result as JSON on standard output')
    .action(async (flags: ReleaseFlags) => {
      finish(await releaseCommand(flags));
    });
}
