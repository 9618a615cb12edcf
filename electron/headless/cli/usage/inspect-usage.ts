import type { Command } from 'commander';
import { inspectCommand, type InspectFlags } from '../inspect-command.ts';
import { once } from '../usage-error.ts';
import type { CliContext } from './context.ts';
import { ADDRESS, ADDRESS_MAP, SENTINEL_USER } from './texts.ts';

/** `lockstep inspect`. */
export function addInspect(program: Command, context: CliContext): void {
  const { output, finish } = context;
  program
    .command('inspect')
    .description(
      'what a server or a cluster holds: types, expiry, sizes, the largest keys, encodings and slots',
    )
    .option('--source <url>', ADDRESS, once('--source'))
    .option('--source-sentinel-user <name>', SENTINEL_USER)
    .option('--address-map <list>', ADDRESS_MAP, once('--address-map'))
    .option('--db <list>', 'databases to look at, such as 0,3 (default: all)')
    .option('--max-keys-per-second <n>', 'limit of keys that are looked at (default: none)')
    .option('--json', 'the report as JSON on standard output')
    .action(async (flags: InspectFlags) => {
      finish(await inspectCommand(flags, output));
    });
}
