import type { CommandOutput } from '../protocol/resp/command-output.ts';

/** What commands are written to. */
export interface StreamLine {
  readonly output: CommandOutput;
  readonly busy: boolean;
}
