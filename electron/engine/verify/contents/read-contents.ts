import { keyCommand, PageRequest } from '../page-reader.ts';
import { readPresence } from '../presence.ts';
import { SlotMoved, type Side } from '../side.ts';
import { effectiveTtlMs, TTL_ABSENT } from '../ttl.ts';
import type { ContentsTally } from './contents-tally.ts';

const TYPE = keyCommand('TYPE', undefined);
const ENCODING = keyCommand('OBJECT', 'ENCODING', undefined);

/** Asks a server what these keys of its database are, and counts them. Those that are gone by then, or have moved away, are left out. */
export async function readContents(
  server: Side,
  db: number,
  keys: readonly Buffer[],
  tally: ContentsTally,
): Promise<void> {
  if (keys.length === 0) return;
  const request = new PageRequest();
  for (const key of keys) {
    request.add(TYPE, key);
    request.add(ENCODING, key);
  }
  try {
    const [presence, replies] = await Promise.all([readPresence(server, keys), server.read(request)]);
    if (!server.abilities.memoryUsage) tally.measured = false;
    keys.forEach((key, i) => {
      const [type, encoding] = [replies[2 * i], replies[2 * i + 1]];
      const ttlMs = presence.ttlMs[i]!;
      if (effectiveTtlMs(ttlMs) === TTL_ABSENT || !Buffer.isBuffer(type)) return;
      // Whoever may not ask for encodings is told all the rest.
      const known = Buffer.isBuffer(encoding) ? encoding.toString() : 'unknown';
      tally.count({
        ...{ db, key, type: type.toString(), encoding: known },
        ...{ bytes: presence.bytes[i]!, ttlMs },
      });
    });
  } catch (error) {
    // The slot of one of them has moved: what is in it is met at its new place, or not.
    if (!(error instanceof SlotMoved)) throw error;
    tally.exact = false;
  }
}
