import type { Command } from 'commander';

/** What can follow the words of one command. */
export interface CommandWords {
  /** `tasks list`; empty for the program itself. */
  readonly path: string;
  readonly subcommands: readonly Word[];
  readonly options: readonly OptionWord[];
}

export interface Word {
  readonly name: string;
  readonly text: string;
}

export interface OptionWord extends Word {
  /** What its value is: a file or a folder, one of these words, or something that only its user knows; undefined for a switch. */
  readonly value: 'file' | 'folder' | 'free' | readonly string[] | undefined;
}

/** All commands of a program with what can follow each, so that what completes them never says anything else than the help. */
export function wordsOf(program: Command): CommandWords[] {
  return [of(program, ''), ...program.commands.flatMap((command) => below(command, ''))];
}

function below(command: Command, before: string): CommandWords[] {
  const path = before === '' ? command.name() : `${before} ${command.name()}`;
  return [of(command, path), ...command.commands.flatMap((one) => below(one, path))];
}

const of = (command: Command, path: string): CommandWords => ({
  path,
  subcommands: command.commands.map((one) => ({ name: one.name(), text: plain(one.description()) })),
  options: [
    ...command.options.map(({ long, description, required, optional }) => ({
      name: long ?? '',
      text: plain(description),
      value: required || optional ? valueOf(long ?? '', description) : undefined,
    })),
    { name: '--help', text: 'display help for command', value: undefined },
  ].filter(({ name }) => name !== ''),
});

/** Choices stand at the beginning of what is said of an option: `caught-up or stopped: when to end`. */
function valueOf(name: string, description: string): OptionWord['value'] {
  if (/-(dir|folder)$/.test(name)) return 'folder';
  if (/^--(report|file)$/.test(name)) return 'file';
  const choices = /^((?:[a-z-]+, )*[a-z-]+) or ([a-z-]+)[:,]/.exec(description);
  return choices ? [...choices[1]!.split(', '), choices[2]!] : 'free';
}

/** Without what a shell would read as more than text. */
const plain = (text: string): string => text.replaceAll(/[^\w .,;:=/+-]/g, '');
