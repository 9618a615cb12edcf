import type { Command } from 'commander';
import type { CliContext } from '../usage/context.ts';

/** Puts one or more subcommands under `tasks`; each has a file of its own in this folder. */
export type AddSubcommand = (tasks: Command, context: CliContext) => void;
