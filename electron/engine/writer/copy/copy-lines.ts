import type { CommandOutput } from '../../protocol/resp/command-output.ts';
import type { TargetConnection } from '../target-connection.ts';
import type { CopyOutputs } from './copy-desk.ts';

/** What a copy hears of its connections: an answer that is an error, with the command that it answers. */
export interface CopyReplies {
  onError(text: string, what: string): void;
}

/** The connections of a full copy: one to a server, and of a cluster one to each node that has slots. */
export class CopyLines implements CopyOutputs {
  private readonly connections: readonly TargetConnection[];
  readonly all: readonly CommandOutput[];
  readonly indexOf: CopyOutputs['indexOf'];

  /** `indexOf`: see CopyOutputs. */
  constructor(connections: readonly TargetConnection[], indexOf: CopyOutputs['indexOf']) {
    this.connections = connections;
    this.all = connections.map(({ output }) => output);
    this.indexOf = indexOf;
  }

  static sole = (connection: TargetConnection): CopyLines => new CopyLines([connection], () => 0);

  /** Whoever takes the replies from here on. */
  hear({ onError }: CopyReplies): void {
    for (const connection of this.connections) {
      const { output } = connection;
      connection.replies = {
        reply: () => output.answer(1),
        error: (text) => onError(text, output.describe(output.answered)),
      };
    }
  }

  /** True while nothing more should be written. */
  get busy(): boolean {
    return this.connections.some(({ busy }) => busy);
  }

  get commands(): number {
    return this.sum((output) => output.commands);
  }

  get answered(): number {
    return this.sum((output) => output.answered);
  }

  get bytes(): number {
    return this.sum((output) => output.bytes);
  }

  flush(): void {
    for (const output of this.all) output.flush();
  }

  /** See CommandOutput. */
  unanswered(most: number): string[][] {
    return this.all.flatMap((output) => output.unanswered(most));
  }

  close(): void {
    for (const connection of this.connections) connection.close();
  }

  private sum(of: (output: CommandOutput) => number): number {
    let sum = 0;
    for (const output of this.all) sum += of(output);
    return sum;
  }
}
