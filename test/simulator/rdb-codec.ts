import type { Entry, Keyspace, Value } from './keyspace.ts';

/** What Redis 7.0 writes. */
const RDB_VERSION = 10;
const TYPES = { string: 0, list: 1, set: 2, hash: 4 } as const;

/** What a byte does to a checksum: its lower half, and its upper one. */
const [LOW, HIGH] = [new Int32Array(256), new Int32Array(256)];
for (let byte = 0; byte < 256; byte++) {
  let crc = BigInt(byte);
  for (let bit = 0; bit < 8; bit++) crc = crc & 1n ? (crc >> 1n) ^ 0x95ac9329ac4bc9b5n : crc >> 1n;
  LOW[byte] = Number(crc & 0xffff_ffffn);
  HIGH[byte] = Number(crc >> 32n);
}

function crc64(bytes: string): string {
  let [low, high] = [0, 0];
  for (let i = 0; i < bytes.length; i++) {
    const at = (low & 0xff) ^ bytes.charCodeAt(i);
    low = ((low >>> 8) | (high << 24)) ^ LOW[at]!;
    high = (high >>> 8) ^ HIGH[at]!;
  }
  const buf = Buffer.alloc(8);
  buf.writeInt32LE(low);
  buf.writeInt32LE(high, 4);
  return buf.toString('latin1');
}

function length(value: number): string {
  if (value < 64) return String.fromCharCode(value);
  if (value < 16384) return String.fromCharCode(0x40 | (value >> 8), value & 0xff);
  const buf = Buffer.alloc(5, 0x80);
  buf.writeUInt32BE(value, 1);
  return buf.toString('latin1');
}

const text = (value: string): string => length(value.length) + value;

function body(value: Value): string {
  if (value.kind === 'string') return text(value.bytes);
  if (value.kind === 'list') return length(value.items.length) + value.items.map(text).join('');
  if (value.kind === 'set') return length(value.members.size) + [...value.members].map(text).join('');
  return length(value.fields.size) + [...value.fields].map(([field, of]) => text(field) + text(of)).join('');
}

/** A snapshot as the source sends it, without a checksum (rdbchecksum no). */
export function encodeSnapshot(keyspace: Keyspace, takenAtMs: number, streamDb: number): Buffer {
  const aux = (name: string, value: string): string => `\xfa${text(name)}${text(value)}`;
  let out = `REDIS${String(RDB_VERSION).padStart(4, '0')}`;
  out += aux('redis-ver', '7.0.15') + aux('ctime', String(Math.floor(takenAtMs / 1000)));
  if (streamDb >= 0) out += aux('repl-stream-db', String(streamDb));
  for (const [db, entries] of [...keyspace.databases].sort(([a], [b]) => a - b)) {
    if (entries.size === 0) continue;
    const expiring = [...entries.values()].filter(({ expireAtMs }) => expireAtMs !== undefined).length;
    out += `\xfe${length(db)}\xfb${length(entries.size)}${length(expiring)}`;
    for (const [key, entry] of entries) out += encodeEntry(key, entry);
  }
  return Buffer.from(`${out}\xff${'\0'.repeat(8)}`, 'latin1');
}

function encodeEntry(key: string, { value, expireAtMs }: Entry): string {
  let expiry = '';
  if (expireAtMs !== undefined) {
    const buf = Buffer.alloc(8);
    buf.writeBigInt64LE(BigInt(expireAtMs));
    expiry = `\xfc${buf.toString('latin1')}`;
  }
  return `${expiry}${String.fromCharCode(TYPES[value.kind])}${text(key)}${body(value)}`;
}

export function dump(value: Value): string {
  const bytes = `${String.fromCharCode(TYPES[value.kind])}${body(value)}${String.fromCharCode(RDB_VERSION, 0)}`;
  return bytes + crc64(bytes);
}

/** The value of a payload of RESTORE; undefined for one that a server refuses. @throws for a type that is not modelled */
export function undump(payload: string): Value | undefined {
  if (payload.length < 11 || crc64(payload.slice(0, -8)) !== payload.slice(-8)) return undefined;
  if (payload.charCodeAt(payload.length - 10) > RDB_VERSION) return undefined;
  const reader = new Reader(payload.slice(1, -10));
  const type = payload.charCodeAt(0);
  if (type === TYPES.string) return { kind: 'string', bytes: reader.text() };
  if (type === TYPES.list) return { kind: 'list', items: reader.texts(1) };
  if (type === TYPES.set) return { kind: 'set', members: new Set(reader.texts(1)) };
  if (type !== TYPES.hash) throw new Error(`the model does not know RDB type ${type}`);
  const flat = reader.texts(2);
  const fields = new Map<string, string>();
  for (let i = 0; i < flat.length; i += 2) fields.set(flat[i]!, flat[i + 1]!);
  return { kind: 'hash', fields };
}

class Reader {
  private readonly bytes: string;
  private at = 0;

  constructor(bytes: string) {
    this.bytes = bytes;
  }

  length(): number {
    const first = this.bytes.charCodeAt(this.at++);
    if (first < 0x40) return first;
    if (first < 0x80) return ((first & 0x3f) << 8) | this.bytes.charCodeAt(this.at++);
    if (first !== 0x80) throw new Error(`the model does not know the length ${first}`);
    this.at += 4;
    return Buffer.from(this.bytes.slice(this.at - 4, this.at), 'latin1').readUInt32BE();
  }

  text(): string {
    const bytes = this.length();
    this.at += bytes;
    return this.bytes.slice(this.at - bytes, this.at);
  }

  texts(each: number): string[] {
    const texts: string[] = [];
    for (let left = this.length() * each; left > 0; left--) texts.push(this.text());
    return texts;
  }
}
