import type { CommandOutput } from '../protocol/resp/command-output.ts';
import type { Pace } from './pace.ts';

/** What is written to an output is taken from the pace. */
export class OutputCharge {
  private readonly pace: Pace;
  private readonly output: CommandOutput;
  private chargedBytes = 0;

  constructor(pace: Pace, output: CommandOutput) {
    this.pace = pace;
    this.output = output;
  }

  /** These commands were written. Beside them goes what a batch takes to be opened, closed and verified. */
  used(commands: number): void {
    const { bytes } = this.output;
    this.pace.used(commands, bytes - this.chargedBytes);
    this.chargedBytes = bytes;
  }
}
