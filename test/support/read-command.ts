import { CommandReader } from '../../electron/engine/protocol/resp/command-reader.ts';
import { command } from '../../electron/engine/protocol/resp/encode.ts';

/** A command of the stream as a reader finds it, somewhere in a buffer. */
export function readCommand(...words: readonly string[]): { mem: Buffer; reader: CommandReader } {
  const mem = Buffer.concat([Buffer.from('###'), command(...words)]);
  const reader = new CommandReader();
  reader.read(mem, 3, mem.length);
  return { mem, reader };
}
