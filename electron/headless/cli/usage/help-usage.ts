import type { Command } from 'commander';
import { EXIT } from '../../../../shared/errors/catalogue.ts';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { shownValue } from '../usage-error.ts';
import type { CliContext } from './context.ts';
import { HELP_PAGES } from './help-pages.ts';

/** `lockstep help`: of a command, or a page of its own. */
export function addHelp(program: Command, { finish }: CliContext): void {
  program
    .command('help')
    .description(`this help, that of a command, or a page: ${Object.keys(HELP_PAGES).join(', ')}`)
    .argument('[topic...]', 'a command, such as sync or tasks list, or a page')
    .action((topic: readonly string[]) => {
      const page = topic.length === 1 && topic[0] !== undefined ? HELP_PAGES[topic[0]] : undefined;
      if (page !== undefined) process.stdout.write(`${page}\n`);
      else commandOf(program, topic).outputHelp();
      finish(EXIT.ok);
    });
}

/** @throws LockstepError USAGE */
function commandOf(program: Command, names: readonly string[]): Command {
  let command = program;
  for (const name of names) {
    const next = command.commands.find((one) => one.name() === name);
    if (!next) throw new LockstepError('USAGE', `there is no help on ${shownValue(name)}`);
    command = next;
  }
  return command;
}
