import type { CommandOutput } from '../../protocol/resp/command-output.ts';
import { command } from '../../protocol/resp/encode.ts';
import { ElementWriter, type ElementWriterOptions } from './element-writer.ts';
import { ValueWriter, type ValueWriterOptions } from './value-writer.ts';

/** Where a copy writes: one output to a server, and of a cluster one to each node. */
export interface CopyOutputs {
  readonly all: readonly CommandOutput[];
  /** Which of them leads to the node that has a slot. Asked where there are several. */
  indexOf(slot: number): number;
}

export const soleOutput = (output: CommandOutput): CopyOutputs => ({ all: [output], indexOf: () => 0 });

/** What writes to one of the outputs of a copy. */
export class CopyDesk {
  private readonly output: CommandOutput;
  readonly values: ValueWriter;
  readonly elements: ElementWriter;
  /** The database that is selected there; -1 for none yet. */
  db = -1;

  constructor(options: ValueWriterOptions & ElementWriterOptions) {
    this.output = options.output;
    this.values = new ValueWriter(options);
    this.elements = new ElementWriter(options);
  }

  send(...words: readonly (string | Buffer)[]): void {
    const bytes = command(...words);
    this.output.reserve(Math.min(bytes.length, 4096));
    this.output.begin();
    this.output.copy(bytes, 0, bytes.length);
  }
}
