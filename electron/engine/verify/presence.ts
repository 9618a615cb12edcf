import { keyCommand, MEMORY_USAGE, PageRequest, type Reply } from './page-reader.ts';
import { parseClockMs, type Side } from './side.ts';
import { formatBytes } from '../../../shared/format/numbers.ts';
import { expiryBetween, trueTtlMs, type LatenessIn } from './late-ttl.ts';
import { describeTtl, TTL_ABSENT } from './ttl.ts';

/** What one side says of the keys of a page, by their index. */
export interface Presence {
  /** The server's clock when it answered, Unix ms. */
  readonly clockMs: number;
  /** What truly remains, as PTTL says it; 0 when that has passed, TTL_ABSENT when there is no key. */
  readonly ttlMs: readonly number[];
  /** The memory that the value takes, about; never 0 for a key that exists. */
  readonly bytes: readonly number[];
}

const PTTL = keyCommand('PTTL', undefined);
const PEXPIRETIME = keyCommand('PEXPIRETIME', undefined);
const TYPE = keyCommand('TYPE', undefined);
const TIME = Buffer.from('*1\r\n$4\r\nTIME\r\n');

/** Before 4.0 a server tells a length only. Elements are taken for this large, which decides chunks, not correctness. */
const ASSUMED_ELEMENT_BYTES = 64;
const LENGTH_OF = {
  string: keyCommand('STRLEN', undefined),
  list: keyCommand('LLEN', undefined),
  set: keyCommand('SCARD', undefined),
  zset: keyCommand('ZCARD', undefined),
  hash: keyCommand('HLEN', undefined),
} as const;

/** How the time to live of a key is read. */
interface TtlReadings {
  readonly command: typeof PTTL;
  /** TIME is asked for around each. */
  readonly timed: boolean;
  readonly ttlMs: (key: Buffer, answer: number, clockMs: number, beforeMs: number, afterMs: number) => number;
}

const TRUE_READINGS: TtlReadings = { command: PTTL, timed: false, ttlMs: (_, answer) => answer };

/** To the millisecond, since that tells whether a time is late: PEXPIRETIME, or, before 7.0, what remains and when. */
function lateReadings(side: Side, late: LatenessIn): TtlReadings {
  if (side.abilities.expiryTime) {
    const ttlMs = (key: Buffer, atMs: number, clockMs: number): number => trueTtlMs(atMs, clockMs, late(key));
    return { command: PEXPIRETIME, timed: false, ttlMs };
  }
  return {
    command: PTTL,
    timed: true,
    ttlMs: (key, answer, clockMs, beforeMs, afterMs) => {
      const amounts = late(key);
      return amounts ? trueTtlMs(expiryBetween(answer, beforeMs, afterMs), clockMs, amounts) : answer;
    },
  };
}

/** Asks one side for expiry and size of each key, in one round trip (two before 4.0). */
export async function readPresence(side: Side, keys: readonly Buffer[]): Promise<Presence> {
  const size = side.abilities.memoryUsage ? MEMORY_USAGE : TYPE;
  const request = new PageRequest();
  const { late } = side;
  const readings = late ? lateReadings(side, late) : TRUE_READINGS;
  request.addEncoded(TIME);
  for (const key of keys) {
    request.add(readings.command, key);
    if (readings.timed) request.addEncoded(TIME);
    request.add(size, key);
  }
  const replies = await side.read(request);
  const clockMs = parseClockMs(side.clock, replies[0]);
  const ttlMs: number[] = [];
  const sizes: Reply[] = [];
  let at = 1;
  let beforeMs = clockMs;
  for (let i = 0; i < keys.length; i++) {
    const answer = replies[at++];
    if (typeof answer !== 'number') throw side.coded(answer);
    const afterMs = readings.timed ? parseClockMs(side.clock, replies[at++]) : beforeMs;
    ttlMs.push(readings.ttlMs(keys[i]!, answer, clockMs, beforeMs, afterMs));
    beforeMs = afterMs;
    sizes.push(replies[at++]!);
  }
  return {
    clockMs,
    ttlMs,
    bytes: side.abilities.memoryUsage
      ? sizes.map((reply) => sizeInBytes(side, reply))
      : await readLengths(side, keys, sizes),
  };
}

/** Whether the server holds the key at all, be it logically expired. */
export function exists(presence: Presence, index: number): boolean {
  return presence.ttlMs[index] !== TTL_ABSENT;
}

/** A key that the other side lacks, for a person: `about 1.5 KB, no expiry`. */
export const describePresence = ({ bytes, ttlMs }: Presence, index: number): string =>
  `about ${formatBytes(bytes[index]!)}, ${describeTtl(ttlMs[index]!)}`;

/** null means that the key went away meanwhile; modules may not know their size. */
function sizeInBytes(side: Side, reply: Reply): number {
  if (reply instanceof Error) throw side.coded(reply);
  return typeof reply === 'number' ? Math.max(1, reply) : 1;
}

async function readLengths(side: Side, keys: readonly Buffer[], types: readonly Reply[]): Promise<number[]> {
  const request = new PageRequest();
  const asked: number[] = [];
  const elementBytes: number[] = [];
  keys.forEach((key, i) => {
    const type = String(types[i]) as keyof typeof LENGTH_OF;
    const command = LENGTH_OF[type];
    if (!command) return;
    request.add(command, key);
    asked.push(i);
    elementBytes.push(type === 'string' ? 1 : ASSUMED_ELEMENT_BYTES);
  });
  const replies = await side.read(request);
  const bytes: number[] = keys.map(() => 1);
  asked.forEach((index, i) => {
    const length = replies[i];
    if (typeof length === 'number') bytes[index] = Math.max(1, length * elementBytes[i]!);
  });
  return bytes;
}
