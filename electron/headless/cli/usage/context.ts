import type { OutputEnd } from '../output-end.ts';

/** What the commands of the command line work with. */
export interface CliContext {
  readonly output: OutputEnd;
  /** Notes the exit status with which a command has ended. */
  finish(status: number): void;
}
