import { createHash } from 'node:crypto';
import type { Command } from 'commander';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { describeEndpoint, type Endpoint } from '../../../../shared/model/endpoint.ts';
import { taskSpecsOf, type SyncFlags } from '../target-specs.ts';

/** A task for one target, as a scheduler is to run it: a process of its own. */
export interface ExportedTask {
  readonly task: string;
  /** What it is called there: small letters, digits and dashes, and with 12 more still a name of a host. */
  readonly name: string;
  readonly source: Endpoint;
  readonly target: Endpoint;
  /** The options of `sync` for it, but for those that its place decides. */
  readonly options: readonly string[];
}

/** What whoever exports decides by where it is to run. */
const DECIDED = ['--target', '--buffer-dir', '--image', '--namespace', '--program', '--metrics'];
const LONGEST_NAME = 50;

/**
 * A task for each target, with the options as they were typed. @throws LockstepError USAGE, URL_INVALID; a password in an address would stand
 * where everybody reads it
 */
export function exportedTasks(command: Command, flags: SyncFlags): ExportedTask[] {
  // No password of this environment is for where it will run.
  const specs = taskSpecsOf(flags, {});
  for (const { source, target } of specs) for (const one of [source, target]) refusePassword(one);
  const [first] = specs;
  if (first && (first.until !== 'stopped' || first.fullOnly))
    throw new LockstepError('USAGE', 'a task that a scheduler keeps running goes on until it is stopped');
  return specs.map(({ task, source, target }, index) => ({
    ...{ task, source, target },
    name: nameOf(specs.length > 1 ? `${task} ${index + 1}` : task),
    options: ['--target', flags.target?.[index] ?? '', ...typedOptions(command), ...named(flags, task)],
  }));
}

function typedOptions(command: Command): string[] {
  return command.options.flatMap((option) => {
    const { long } = option;
    const name = option.attributeName();
    if (!long || DECIDED.includes(long) || command.getOptionValueSource(name) !== 'cli') return [];
    const value: unknown = command.getOptionValue(name);
    return typeof value === 'string' ? [long, value] : [long];
  });
}

/** Its name is what finds the task again, so it is not left to what it is by default. */
const named = ({ task: given }: SyncFlags, task: string): string[] =>
  given === undefined ? ['--task', task] : [];

function refusePassword(endpoint: Endpoint): void {
  if (endpoint.password === undefined && endpoint.sentinel?.password === undefined) return;
  throw new LockstepError(
    'USAGE',
    `the address of ${describeEndpoint(endpoint)} has a password, which would stand in what is printed: leave it out, it comes from the environment there`,
  );
}

/** Two tasks whose names differ in what is left out here are told apart by what follows. */
export function nameOf(task: string): string {
  const plain = task
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  if (plain === task && plain.length <= LONGEST_NAME) return `lockstep-${plain}`;
  const digest = createHash('sha256').update(task).digest('hex').slice(0, 6);
  return `lockstep-${plain.slice(0, LONGEST_NAME - 7).replace(/-$/, '')}-${digest}`.replace('--', '-');
}
