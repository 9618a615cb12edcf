import { Command } from 'commander';
import { packageVersion } from '../../package-version.ts';
import { addTasks } from '../tasks/tasks-usage.ts';
import { addCompare } from './compare-usage.ts';
import type { CliContext } from './context.ts';
import { addCompletion } from '../completion/completion-usage.ts';
import { addExport } from '../export/export-usage.ts';
import { addDemo } from './demo-usage.ts';
import { addHelp } from './help-usage.ts';
import { MORE_HELP } from './help-pages.ts';
import { addInspect } from './inspect-usage.ts';
import { addPrecheck } from './precheck-usage.ts';
import { addRehearse } from './rehearse-usage.ts';
import { addRelease } from './release-usage.ts';
import { addServe } from './serve-usage.ts';
import { addSync } from './sync-usage.ts';

/** In the order in which the help has them. */
const COMMANDS = [
  addPrecheck,
  addSync,
  addCompare,
  addInspect,
  addRelease,
  addRehearse,
  addServe,
  addTasks,
  addExport,
  addDemo,
  addCompletion,
  addHelp,
];

/** The whole command line: what it understands, and what it then does. */
export function createProgram(context: CliContext): Command {
  const program = new Command('lockstep');
  program
    .description(
      'Keeps one Redis in step with another, one way: a full copy, then every change as it happens.',
    )
    .version(packageVersion(), '--version', 'print the version')
    .exitOverride()
    .helpCommand(false)
    .addHelpText('afterAll', MORE_HELP)
    .configureOutput({ writeErr: () => undefined });
  for (const add of COMMANDS) add(program, context);
  return program;
}
