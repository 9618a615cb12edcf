import type { Command } from 'commander';
import { compareCommand, type CompareFlags } from '../compare-command.ts';
import type { CliContext } from './context.ts';
import { addSides } from './sides.ts';

/** `lockstep compare`. */
export function addCompare(program: Command, context: CliContext): void {
  const { output, finish } = context;
  addSides(program.command('compare'))
    .description(
      'compare every key of every database on both sides, servers or clusters; exits 0 when equal, 1 when not',
    )
    .option(
      '--db <list>',
      'databases to compare, such as 0,3; 3:0 compares 3 of the source with 0 of the target (default: all)',
    )
    .option(
      '--level <level>',
      'count: how many keys there are; names: what is missing and what is extra, in less than half of the time; values; or sample: values of some',
      'values',
    )
    .option(
      '--sample <size>',
      'with --level sample: how many keys, or which share, such as 1% (default: 20000)',
    )
    .option(
      '--by-prefix [delimiter]',
      'where keys differ, by what their names begin with; names are divided by this character (default: found in them)',
    )
    .option('--max-keys-per-second <n>', 'limit of keys that are looked at (default: none)')
    .option(
      '--contents',
      'what either side holds: types, expiry, sizes, the largest keys, encodings and slots',
    )
    .option('--memory', 'with --by-prefix: what the keys of each prefix take in memory, about')
    .option('--json', 'the report as JSON on standard output')
    .action(async (flags: CompareFlags) => {
      finish(await compareCommand(flags, output));
    });
}
