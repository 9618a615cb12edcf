import type { CommandBuffer, Word } from './command-buffer.ts';
import type { Random } from './random.ts';
import type { ServerAbilities } from './server-abilities.ts';

/** What a key of the mixed set is written with. */
export interface KeyContext {
  readonly out: CommandBuffer;
  readonly random: Random;
  readonly abilities: ServerAbilities;
  /** Ends the name of the key and makes it unique: the seed and the number of the key. */
  readonly id: string;
  /** How many elements a large collection has. */
  readonly elements: number;
}

/** One kind of keys: how often it comes, and the function that writes one key and returns its name. */
export interface KeyKind {
  readonly weight: number;
  readonly needs?: keyof ServerAbilities;
  readonly write: (context: KeyContext) => Word;
}
