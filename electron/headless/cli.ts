import { Command, CommanderError } from 'commander';
import { EXIT } from '../../shared/errors/catalogue.ts';
import { compareCommand, type CompareFlags } from './cli/compare-command.ts';
import { describeSurroundings } from './cli/exit-statuses.ts';
import { inspectCommand, type InspectFlags } from './cli/inspect-command.ts';
import { OutputEnd } from './cli/output-end.ts';
import { packageVersion } from './package-version.ts';
import { releaseCommand, type ReleaseFlags } from './cli/release-command.ts';
import { rehearseCopyCommand, type RehearseCopyFlags } from './cli/rehearse/copy-command.ts';
import { rehearseCutoverCommand, type RehearseCutoverFlags } from './cli/rehearse/cutover-command.ts';
import { rehearseFailoverCommand, type RehearseFailoverFlags } from './cli/rehearse/failover-command.ts';
import { addRehearseOptions } from './cli/rehearse/rehearse-flags.ts';
import { reportError } from './cli/report-error.ts';
import { syncCommand } from './cli/sync-command.ts';
import { each, once, usageError } from './cli/usage-error.ts';
import type { SyncFlags } from './cli/target-specs.ts';
import { runClusterDemo } from './demo/run-cluster-demo.ts';
import { runDemo } from './demo/run-demo.ts';
import type { ServeFlags } from './serve/serve-options.ts';

const ADDRESS =
  '[redis://][user[:password]@]host[:port][/database]; rediss:// for TLS, valkey:// and valkeys:// as well; redis-sentinel://host:26379,host:26379/name for the primary that Sentinels name';
const SENTINEL_USER = 'the ACL user of the Sentinels, whose credentials are their own (default: none)';

const output = new OutputEnd(process.stdout, process.stderr);
const program = new Command('lockstep');
let status: number = EXIT.ok;

program
  .description('Keeps one Redis in step with another, one way: a full copy, then every change as it happens.')
  .version(packageVersion(), '--version', 'print the version')
  .exitOverride()
  .addHelpText('afterAll', describeSurroundings())
  .configureOutput({ writeErr: () => undefined });

const ADDRESS_MAP =
  'where nodes of a cluster are reached, if not at what they announce, such as 10.0.0.1:6379=127.0.0.1:7001,10.0.0.2=127.0.0.1, or *=127.0.0.1 for all';

program
  .command('sync')
  .description('copy the source to the target, or to each of several, then pass on every change')
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
  .option('--buffer-dir <folder>', 'where to keep what waits for the target (default: the temporary folder)')
  .option('--buffer-max <size>', 'how much of it may lie on disk, at least 1mb', '8gb')
  .option('--max-commands-per-second <n>', 'limit of commands sent to each target')
  .option('--max-bytes-per-second <size>', 'the same in bytes, at least 64kb')
  .option('--json', 'one JSON object a second and target on standard output')
  .action(async (flags: SyncFlags) => {
    status = await syncCommand(flags, output);
  });

program
  .command('compare')
  .description(
    'compare every key of every database on both sides, servers or clusters; exits 0 when equal, 1 when not',
  )
  .option('--source <url>', ADDRESS, once('--source'))
  .option('--target <url>', 'the same for the target', once('--target'))
  .option('--source-sentinel-user <name>', SENTINEL_USER)
  .option('--target-sentinel-user <name>', 'the same for the target')
  .option(
    '--db <list>',
    'databases to compare, such as 0,3; 3:0 compares 3 of the source with 0 of the target (default: all)',
  )
  .option('--address-map <list>', ADDRESS_MAP, once('--address-map'))
  .option('--source-address-map <list>', 'the same for the source alone', once('--source-address-map'))
  .option('--target-address-map <list>', 'the same for the target alone', once('--target-address-map'))
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
  .option('--contents', 'what either side holds: types, expiry, sizes, the largest keys, encodings and slots')
  .option('--memory', 'with --by-prefix: what the keys of each prefix take in memory, about')
  .option('--json', 'the report as JSON on standard output')
  .action(async (flags: CompareFlags) => {
    status = await compareCommand(flags, output);
  });

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
    status = await inspectCommand(flags, output);
  });

program
  .command('release')
  .description('hand a target over when the run that fed it is gone: makes every expiry exact')
  .option('--target <url>', ADDRESS, once('--target'))
  .option('--target-sentinel-user <name>', SENTINEL_USER)
  .option('--address-map <list>', ADDRESS_MAP, once('--address-map'))
  .option('--task <name>', 'name of the task (default: the only one that the target has)')
  .option('--json', 'the result as JSON on standard output')
  .action(async (flags: ReleaseFlags) => {
    status = await releaseCommand(flags);
  });

const rehearse = program
  .command('rehearse')
  .description('go through a move or a disaster recovery with a stopwatch; exits 0 when the goals are met');
const rehearseTexts = { address: ADDRESS, sentinelUser: SENTINEL_USER, addressMap: ADDRESS_MAP };

addRehearseOptions(rehearse.command('copy'), rehearseTexts)
  .description('copy into an empty target, keep in step for a while, compare; measures all of it')
  .option('--task <name>', 'name of the task (default: one of its own for each run)')
  .option('--clean', 'then remove what was copied, without asking')
  .option('--keep', 'then keep it, without asking')
  .action(async (flags: RehearseCopyFlags) => {
    status = await rehearseCopyCommand(flags, output);
  });

addRehearseOptions(rehearse.command('failover'), rehearseTexts)
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
    status = await rehearseFailoverCommand(flags, output);
  });

addRehearseOptions(rehearse.command('cutover'), rehearseTexts)
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
    status = await rehearseCutoverCommand(flags, output);
  });

program
  .command('serve')
  .description('serve the page of the application to browsers of this machine, by a link that works once')
  .option('--port <n>', 'port to listen on (default: 7600, or any if that is taken)')
  .option('--host <address>', '127.0.0.1, ::1 or localhost', '127.0.0.1')
  .option('--data-dir <folder>', 'where tasks and settings are kept (default: ~/.config/lockstep/browser)')
  .action(async (flags: ServeFlags) => {
    // It serves browsers, whoever reads its terminal.
    output.ignore();
    // Only here: what it keeps its files with raises every signal a second time, which for `sync` means to stop at once.
    const { serveCommand } = await import('./serve/serve-command.ts');
    status = await serveCommand(flags);
  });

program
  .command('demo')
  .description('show everything once, on two Redis servers of its own')
  .option('--cluster', 'from a server to a cluster, and on to another one, which moves slots and fails over')
  .action(async ({ cluster }: { readonly cluster?: true }) => {
    status = await (cluster ? runClusterDemo() : runDemo());
  });

/** Bad usage ends with a coded error like everything else. */
async function main(): Promise<number> {
  const json = process.argv.includes('--json');
  try {
    await program.parseAsync();
    return status;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return EXIT.ok;
      if (error.code === 'commander.help') {
        program.outputHelp();
        return EXIT.usage;
      }
      return reportError(usageError(error, process.argv.slice(2)), json);
    }
    // What stopped since nobody reads it has nothing more to say.
    return output.signal.aborted ? output.status : reportError(error, json);
  }
}

const ended = await Promise.race([main(), output.overdue()]);
if (output.error) reportError(output.error, false);
if (output.signal.aborted) process.exit(output.status);
process.exitCode = ended;
