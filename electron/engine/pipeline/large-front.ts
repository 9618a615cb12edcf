import { FRONT_WORDS, type OlderForm } from '../commands/command-row.ts';
import { CommandReader } from '../protocol/resp/command-reader.ts';
import type { Front } from './large-command.ts';

const DOLLAR = 36;
/** No option is longer. */
const OPTION_BYTES = 32;

/**
 * The front of a large command of so many words, whose name stands at `at`, in the form of an older target.
 * @returns undefined where that form needs more than the front, or the front is not in view
 * @throws LockstepError COMMAND_UNSUPPORTED where there is no other form
 */
export function largeFront(
  { inFront, adapt }: OlderForm,
  args: number,
  mem: Buffer,
  at: number,
  to: number,
): Front | undefined {
  if (!inFront) return undefined;
  const reader = new CommandReader();
  const words: Buffer[] = [];
  let pos = at;
  while (words.length < Math.min(FRONT_WORDS, args)) {
    const length = reader.head(mem, pos, to, DOLLAR);
    if (length < 0) return undefined;
    if (reader.next + length + 2 > to) {
      // A value: the options are over.
      if (length > OPTION_BYTES) break;
      return undefined;
    }
    words.push(Buffer.from(mem.subarray(reader.next, reader.next + length)));
    pos = reader.next + length + 2;
  }
  const [sent] = adapt(words);
  return sent && { taken: words.length, sent };
}
