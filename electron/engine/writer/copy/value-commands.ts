import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import type { Arena } from '../../arena/arena.ts';
import { CHECKPOINT_DB } from '../../checkpoint/checkpoint.ts';
import { RdbDecoder } from '../../protocol/rdb/decoder.ts';
import { NO_EXPIRY } from '../../protocol/rdb/events.ts';
import { OPCODE } from '../../protocol/rdb/opcodes.ts';
import { CommandOutput } from '../../protocol/resp/command-output.ts';
import { command } from '../../protocol/resp/encode.ts';
import { soleOutput } from './copy-desk.ts';
import { CopyApplier, type CopyApplierOptions } from './copy-applier.ts';

/** What DUMP puts behind a value: its RDB version and a checksum. */
const FOOTER_BYTES = 10;
/** From this RDB version on it is Valkey's own. */
const FIRST_VALKEY_VERSION = 80;

export interface ValueCommandsOptions extends Omit<CopyApplierOptions, 'outputs'> {
  readonly arena: Arena;
}

/** A key as the source holds it. */
export interface DumpedValue {
  readonly db: number;
  readonly key: Buffer;
  /** Unix time in ms, or NO_EXPIRY. */
  readonly expireAtMs: number;
  /** What DUMP returned; undefined when the key is not there. */
  readonly dump: Buffer | undefined;
}

/** Commands ready to be sent. They begin and end in CHECKPOINT_DB. */
export interface ValueCommands {
  readonly parts: readonly Buffer[];
  readonly commands: number;
  readonly bytes: number;
  /** Fields of hashes that expire are among them. */
  readonly fieldExpiry: boolean;
}

/**
 * The commands that bring keys to what the source held, whatever the target holds: all are deleted, and what the source has
 * goes the way of a full copy, in the form that the target takes.
 * @throws LockstepError RDB_BROKEN, and those of a value that the target cannot take
 */
export function valueCommands(values: readonly DumpedValue[], options: ValueCommandsOptions): ValueCommands {
  const parts: Buffer[] = [];
  const output = new CommandOutput({
    mem: options.arena.mem,
    // Without buffers to use again, each is left to us.
    addresses: [],
    send: (buf, from, to, done) => {
      parts.push(buf.subarray(from, to));
      done();
    },
  });
  const { keptKeys } = options;
  const applier = new CopyApplier({ ...options, keptKeys: undefined, outputs: soleOutput(output) });
  const send = (...words: readonly (string | Buffer)[]): void => {
    const bytes = command(...words);
    output.reserve(bytes.length);
    output.begin();
    output.copy(bytes, 0, bytes.length);
  };
  const decoder = new RdbDecoder(applier, options.arena);
  const feed = (bytes: Buffer): void => decodeWhole(decoder, bytes);
  feed(header(values));
  let db = -1;
  let sent = CHECKPOINT_DB;
  for (const value of values) {
    if (value.db !== sent) send('SELECT', String((sent = value.db)));
    // Whatever stood there of the target's own has gone when the source used the name.
    const set = keptKeys?.of(value.key);
    if (set !== undefined) send('SREM', set, value.key);
    send('DEL', value.key);
  }
  for (const value of values) {
    if (!value.dump) continue;
    if (value.db !== db) feed(Buffer.concat([Buffer.of(OPCODE.SELECT_DB), length((db = value.db))]));
    feed(entry(value, value.dump));
  }
  send('SELECT', String(CHECKPOINT_DB));
  output.flush();
  return {
    parts,
    commands: output.commands,
    bytes: parts.reduce((sum, part) => sum + part.length, 0),
    fieldExpiry: applier.facts.hasFieldExpiry,
  };
}

/** A snapshot begins with the newest version among the values. */
function header(values: readonly DumpedValue[]): Buffer {
  let version = 1;
  for (const { dump } of values) {
    if (!dump) continue;
    if (dump.length <= FOOTER_BYTES) throw broken('the source sent a DUMP that is none');
    version = Math.max(version, dump.readUInt16LE(dump.length - FOOTER_BYTES));
  }
  const valkey = version >= FIRST_VALKEY_VERSION;
  return Buffer.from(
    valkey ? `VALKEY${String(version).padStart(3, '0')}` : `REDIS${String(version).padStart(4, '0')}`,
  );
}

/** A value as it stands in a snapshot: expiry, type, key, body. */
function entry(value: DumpedValue, dump: Buffer): Buffer {
  const expiry = Buffer.alloc(value.expireAtMs === NO_EXPIRY ? 0 : 9);
  if (expiry.length > 0) {
    expiry[0] = OPCODE.EXPIRE_TIME_MS;
    expiry.writeBigInt64LE(BigInt(value.expireAtMs), 1);
  }
  return Buffer.concat([
    expiry,
    dump.subarray(0, 1),
    length(value.key.length),
    value.key,
    dump.subarray(1, dump.length - FOOTER_BYTES),
  ]);
}

/** `Redis rdb.c: rdbSaveLen` */
function length(value: number): Buffer {
  if (value < 64) return Buffer.of(value);
  if (value < 16384) return Buffer.of(0x40 | (value >> 8), value & 0xff);
  const bytes = Buffer.alloc(5, 0x80);
  bytes.writeUInt32BE(value, 1);
  return bytes;
}

function decodeWhole(decoder: RdbDecoder, bytes: Buffer): void {
  let at = 0;
  while (at < bytes.length) {
    const next = decoder.decode(bytes, at, bytes.length);
    if (next === at) throw broken('the source sent a DUMP that does not end');
    at = next;
  }
}

const broken = (fact: string): LockstepError => new LockstepError('RDB_BROKEN', fact);
