import type { KeyHead } from '../../../../shared/model/key-reading.ts';
import type { TtlReading } from '../ttl.ts';
import { effectiveTtlMs, TTL_ABSENT } from '../ttl.ts';
import { readPresence } from '../presence.ts';
import { ChangedMeanwhile, type Side } from '../side.ts';
import { elementKind } from './elements.ts';

export interface ReadHead {
  readonly head: KeyHead;
  readonly ttl: TtlReading;
}

/** What this side says of the key itself. Not in one step: who reads it while it changes is told so by what follows. */
export async function readHead(side: Side, key: Buffer): Promise<ReadHead> {
  const { ttlMs, bytes, clockMs } = await readPresence(side, [key]);
  const ttl = { ttlMs: ttlMs[0]!, clockMs };
  const { address: server } = side;
  const remaining = effectiveTtlMs(ttl.ttlMs);
  const type = remaining === TTL_ABSENT ? 'none' : String(await side.call('TYPE', key));
  if (type === 'none')
    return { head: { server, type, ttlMs: null, bytes: null, encoding: null, length: null }, ttl };
  const [encoding, length] = await Promise.all([encodingOf(side, key), elementKind(type)?.length(side, key)]);
  return {
    head: {
      ...{ server, type, encoding },
      ttlMs: remaining < 0 ? null : remaining,
      bytes: bytes[0]!,
      length: length ?? null,
    },
    ttl,
  };
}

/** Not every user may ask, and it is no part of the data. */
async function encodingOf(side: Side, key: Buffer): Promise<string | null> {
  try {
    const reply = await side.call('OBJECT', 'ENCODING', key);
    return reply === null ? null : String(reply);
  } catch (error) {
    if (error instanceof ChangedMeanwhile) throw error;
    return null;
  }
}
