import type { Command } from 'commander';
import type { CliContext } from '../usage/context.ts';
import { addActs } from './act.ts';
import { addExport } from './export.ts';
import { addImport } from './import.ts';
import { addList } from './list.ts';
import { addStatus } from './status.ts';
import type { AddSubcommand } from './subcommand.ts';

const SUBCOMMANDS: readonly AddSubcommand[] = [addList, addStatus, addActs, addExport, addImport];

/** `lockstep tasks …`: the tasks of a `serve` that runs on this machine, under the same account. */
export function addTasks(program: Command, context: CliContext): void {
  const tasks = program.command('tasks').description('the tasks of a serve that runs on this machine');
  for (const add of SUBCOMMANDS) add(tasks, context);
}
