import { CommandOutput, OUTPUT_BYTES } from '../../../electron/engine/protocol/resp/command-output.ts';
import { CommandReader } from '../../../electron/engine/protocol/resp/command-reader.ts';
import { abilitiesOf, type TargetAbilities } from '../../../electron/engine/control/target-abilities.ts';

const BUFFERS = 3;

/** An output whose bytes are kept, to be looked at whole. */
export class Sink {
  private readonly sent: Buffer[] = [];
  readonly output: CommandOutput;

  constructor(mem: Buffer = Buffer.alloc(64 + BUFFERS * OUTPUT_BYTES), first = 64) {
    this.output = new CommandOutput({
      mem,
      addresses: Array.from({ length: BUFFERS }, (_, i) => first + i * OUTPUT_BYTES),
      send: (buf, from, to, done) => {
        this.sent.push(Buffer.from(buf.subarray(from, to)));
        done();
      },
    });
  }

  /** Everything that was written so far. */
  bytes(): Buffer {
    this.output.flush();
    this.output.answer(this.output.commands - this.output.answered);
    return Buffer.concat(this.sent);
  }

  /** The same as commands, each as its words in latin1. @throws when it is no RESP, or counted wrongly */
  commands(): string[][] {
    const bytes = this.bytes();
    const commands = wordsOf(bytes);
    if (commands.length !== this.output.commands)
      throw new Error(`${commands.length} commands were written, and ${this.output.commands} counted`);
    return commands;
  }
}

/** RESP commands that stand one after another, each as its words in latin1. */
export function wordsOf(bytes: Buffer): string[][] {
  const reader = new CommandReader();
  const commands: string[][] = [];
  for (let at = 0; at < bytes.length;) {
    at = reader.read(bytes, at, bytes.length);
    if (at === 0) throw new Error('a command does not end');
    commands.push(
      Array.from({ length: reader.count }, (_, i) => bytes.toString('latin1', reader.from[i], reader.to[i])),
    );
  }
  return commands;
}

/** What a target of this version can do. */
export const abilities = (version = '7.4.1', valkey?: string): TargetAbilities =>
  abilitiesOf(version, valkey, 16, false);
