import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { describeGiven } from '../../../../shared/model/endpoint.ts';
import type { TaskSpec } from '../../../../shared/model/task-spec.ts';
import type { Goals } from '../../../../shared/rehearsal/report.ts';
import { readEndpoints, type AddressFlags, type MapFlags } from '../read-endpoints.ts';
import { taskSpecOf } from '../sync-options.ts';
import { parseDuration } from '../units.ts';

/** The options that all kinds of rehearsals have, as they were typed. */
export interface RehearseFlags extends AddressFlags, MapFlags {
  readonly db?: string;
  readonly task?: string;
  readonly report?: string;
  readonly json?: boolean;
  readonly goalRto: string;
  readonly goalRpo: string;
  readonly retryFor: string;
  readonly inStepFor: string;
  readonly bufferDir?: string;
  readonly bufferMax: string;
  readonly dataDir?: string;
}

const MOST_IN_STEP_MS = 24 * 3_600_000;

/** Gives a command the options that all kinds of rehearsals have, but those that say which pair. */
export const addRehearseOptions = (command: Command): Command =>
  command
    .option('--db <list>', 'databases to take, such as 0,3 (default: all)')
    .option('--report <file>', 'where to write the report: .html for a page, .json for a program; a new file')
    .option('--json', 'the report as JSON on standard output')
    .option('--goal-rto <duration>', 'within which the target has to serve', '60s')
    .option('--goal-rpo <duration>', 'how much of the last writes may be missing', '5s')
    .option('--in-step-for <duration>', 'how long the pair is to stay in step, at most 24h', '10s')
    .option('--retry-for <duration>', 'how long to retry a fault that may heal', '60s')
    .option(
      '--buffer-dir <folder>',
      'where to keep what waits for the target (default: the temporary folder)',
    )
    .option('--buffer-max <size>', 'how much of it may lie on disk, at least 1mb', '8gb')
    .option(
      '--data-dir <folder>',
      'where reports are kept, for the next run and for the window (default: ~/.config/lockstep)',
    );

export interface RehearseOptions {
  readonly spec: TaskSpec;
  readonly goals: Goals;
  readonly inStepForMs: number;
  readonly report: { readonly file: string; readonly form: 'html' | 'json' } | undefined;
  readonly json: boolean;
}

/** `task`: what the task is called where no name was given. @throws LockstepError USAGE or URL_INVALID */
export function rehearseOptionsOf(
  flags: RehearseFlags,
  env: NodeJS.ProcessEnv,
  task: (source: string) => string,
): RehearseOptions {
  const { source } = readEndpoints(flags, env);
  const inStepForMs = parseDuration(flags.inStepFor, '--in-step-for');
  if (inStepForMs > MOST_IN_STEP_MS) throw new LockstepError('USAGE', '--in-step-for is at most 24h');
  const spec = taskSpecOf(
    {
      ...flags,
      task: flags.task ?? task(describeGiven(source)),
      existing: 'fail',
      onFlush: 'stop',
      allowShrink: '50',
      functions: 'fail',
      importMode: 'leave',
      sourceReadFrom: 'primaries',
      until: 'stopped',
      expirySlack: '60s',
    },
    env,
  );
  return {
    spec,
    goals: {
      rtoMs: parseDuration(flags.goalRto, '--goal-rto'),
      rpoMs: parseDuration(flags.goalRpo, '--goal-rpo'),
    },
    inStepForMs,
    report: reportFile(flags.report),
    json: flags.json === true,
  };
}

/** Nothing that is there already is written over. */
function reportFile(file: string | undefined): RehearseOptions['report'] {
  if (file === undefined) return undefined;
  const form = file.endsWith('.html') ? 'html' : file.endsWith('.json') ? 'json' : undefined;
  if (!form) throw new LockstepError('USAGE', '--report takes a file that ends in .html or .json');
  if (existsSync(file)) throw new LockstepError('USAGE', '--report names a file that is there already');
  return { file, form };
}
