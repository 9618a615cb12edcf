import type { Command } from 'commander';
import { EXIT } from '../../../../shared/errors/catalogue.ts';
import { oneOf } from '../units.ts';
import type { CliContext } from '../usage/context.ts';
import { bashScript } from './bash.ts';
import { fishScript } from './fish.ts';
import { wordsOf, type CommandWords } from './words.ts';
import { zshScript } from './zsh.ts';

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript } satisfies Record<
  string,
  (commands: readonly CommandWords[]) => string
>;
const SHELLS = Object.keys(SCRIPTS) as (keyof typeof SCRIPTS)[];

/** `lockstep completion`. */
export function addCompletion(program: Command, { finish }: CliContext): void {
  program
    .command('completion')
    .description('print a script with which a shell completes commands and options')
    .argument('<shell>', SHELLS.join(', '))
    .action((shell: string) => {
      process.stdout.write(SCRIPTS[oneOf(shell, SHELLS, 'completion')](wordsOf(program)));
      finish(EXIT.ok);
    });
}
