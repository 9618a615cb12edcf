import { keptKeysKey } from '../checkpoint/checkpoint.ts';
import type { CommandOutput } from '../protocol/resp/command-output.ts';
import type { CommandReader } from '../protocol/resp/command-reader.ts';
import { command } from '../protocol/resp/encode.ts';
import type { CommandKeys } from '../commands/command-keys.ts';
import type { KeptNames } from './kept-names.ts';

/** Removes a key of the target's own the first time the source uses its name; the set decides whether it is one. */
const SCRIPT = "if redis.call('SREM', KEYS[1], KEYS[2]) == 1 then redis.call('DEL', KEYS[2]) end return 0";

/**
 * Where the target held keys before the task, a name that the source did not have at the snapshot may still come: then its
 * first command must not meet the target's old value, or an LPUSH would append to a list that the source never had.
 */
export class KeptGuard {
  private readonly names: KeptNames;
  private readonly keys: CommandKeys;
  private readonly set: string;

  constructor(task: string, names: KeptNames, keys: CommandKeys) {
    this.names = names;
    this.keys = keys;
    this.set = keptKeysKey(task);
  }

  mayHold(db: number, mem: Buffer, from: number, to: number): boolean {
    return this.names.mayHold(db, mem, from, to);
  }

  /** Whether the command that was just read may name such a key. */
  concerns(db: number, mem: Buffer, reader: CommandReader): boolean {
    if (this.keys.find(mem, reader) !== 'keys') return false;
    for (const index of this.keys.at)
      if (this.names.mayHold(db, mem, reader.from[index]!, reader.to[index]!)) return true;
    return false;
  }

  /** Writes what goes before that command. Call right after `concerns`. */
  write(db: number, mem: Buffer, reader: CommandReader, output: CommandOutput): void {
    for (const index of this.keys.at) {
      const from = reader.from[index]!;
      const to = reader.to[index]!;
      if (this.names.mayHold(db, mem, from, to)) this.removeOnce(Buffer.from(mem.subarray(from, to)), output);
    }
  }

  /** The same for one key. */
  removeOnce(key: Buffer, output: CommandOutput): void {
    const bytes = command('EVAL', SCRIPT, '2', this.set, key);
    output.reserve(bytes.length);
    output.begin();
    output.copy(bytes, 0, bytes.length);
  }
}
