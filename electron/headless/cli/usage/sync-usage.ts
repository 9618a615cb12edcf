import type { Command } from 'commander';
import { syncCommand } from '../sync-command.ts';
import type { SyncFlags } from '../target-specs.ts';
import { each, once } from '../usage-error.ts';
import type { CliContext } from './context.ts';
import { ADDRESS, ADDRESS_MAP, SENTINEL_USER } from './texts.ts';

/** All options of `sync` that say what is kept in step, and how. */
export const addRunOptions = (command: Command): Command =>
  command
    .option('--source <url>', ADDRESS, once('--source'))
    .option(
      '--target <url>',
      'the same for the target; once for each of several, which are told apart in what is printed',
      each,
    )
    .option('--source-sentinel-user <name>', SENTINEL_USER)
    .option('--target-sentinel-user <name>', 'the same for the target, or all of them')
    .option('--address-map <list>', ADDRESS_MAP, once('--address-map'))
    .option('--source-address-map <list>', 'the same for the source alone', once('--source-address-map'))
    .option('--target-address-map <list>', 'the same for the targets alone', once('--target-address-map'))
    .option(
      '--task <name>',
      'name of the task; its checkpoint on each target has it (default: the source address)',
    )
    .option(
      '--db <list>',
      'databases to take, such as 0,3; 3:0 puts database 3 into 0 of the target (default: all)',
    )
    .option('--existing <choice>', 'fail or overwrite: what to do with keys already on the target', 'fail')
    .option(
      '--on-flush <choice>',
      'stop or apply: a flush of the source, when the target had keys of its own',
      'stop',
    )
    .option(
      '--allow-shrink <percent>',
      'how much of its keys on the target a new full copy may remove without asking',
      '50',
    )
    .option(
      '--functions <choice>',
      'fail or skip: function libraries of the source, where the target knows none (before 7.0)',
      'fail',
    )
    .option(
      '--import-mode <choice>',
      'use or leave: import-mode of a Valkey target (8.1 and later), with which expiry there is exact',
      'leave',
    )
    .option(
      '--source-read-from <choice>',
      'primaries or replicas: what is read of each shard of a source that is a cluster',
      'primaries',
    )
    .option('--until <moment>', 'caught-up or stopped: when to end', 'stopped')
    .option('--full-only', 'only the full copy, no changes after it')
    .option('--retry-for <duration>', 'how long to retry a fault that may heal', '720m')
    .option(
      '--expiry-slack <duration>',
      'how late keys may expire on the target while it is in step, 10s to 1h',
      '60s',
    )
    .option(
      '--buffer-dir <folder>',
      'where to keep what waits for the target (default: the temporary folder)',
    )
    .option('--buffer-max <size>', 'how much of it may lie on disk, at least 1mb', '8gb')
    .option('--max-commands-per-second <n>', 'limit of commands sent to each target')
    .option('--max-bytes-per-second <size>', 'the same in bytes, at least 64kb');

/** `lockstep sync`. */
export function addSync(program: Command, context: CliContext): void {
  const { output, finish } = context;
  addRunOptions(program.command('sync'))
    .description('copy the source to the target, or to each of several, then pass on every change')
    .option('--standby', 'wait while another process works for the task, and go on when that has gone')
    .option('--metrics <address>', 'tell metrics and health at this address, such as 127.0.0.1:9121')
    .option('--json', 'one JSON object a second and target on standard output')
    .action(async (flags: SyncFlags) => {
      finish(await syncCommand(flags, output));
    });
}
