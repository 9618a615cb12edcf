import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import type { Arena } from '../../arena/arena.ts';
import type { DecoderState } from '../../protocol/rdb/decoder.ts';
import type { ElementEvents, RdbEvents } from '../../protocol/rdb/events.ts';
import { expandValue } from '../../protocol/rdb/expand.ts';
import { IGNORED_ELEMENTS } from '../../protocol/rdb/ignored-elements.ts';
import { moduleNameOf } from '../../protocol/rdb/module-value.ts';
import { RDB_TYPE, RDB_VERSION_OF_TYPE, type RdbType } from '../../protocol/rdb/types.ts';
import { printableKey } from '../../protocol/resp/describe-command.ts';
import type { KeptSets } from '../../checkpoint/kept-sets.ts';
import { databaseNumber } from '../../commands/database-number.ts';
import { keySlot } from '../../router/key-slot.ts';
import { HOME_SLOT } from '../../control/cluster-nodes.ts';
import { tooFewDatabases } from '../../control/too-few-databases.ts';
import type { TargetAbilities } from '../../control/target-abilities.ts';
import { LibraryCopy, type LibraryGround } from './library-copy.ts';
import { CopyDesk, type CopyOutputs } from './copy-desk.ts';
import type { BuildKey } from './element-writer.ts';
import { targetExpiryMs, type Lateness } from '../../expiry/late-expiry.ts';
import { refuseDamaged } from './refuse-damaged.ts';
import { KeyChoice, type KeyChoiceOptions } from './key-choice.ts';
import type { NoteName } from './name-collector.ts';
import { isStreamType, olderStreamBody, streamTypeFor } from './older-stream.ts';

/** Redis kept hash-field expiry in other types until 7.4 was final; they are never restored as they are. */
const FIRST_FIELD_EXPIRY_TYPE = RDB_TYPE.HASH_METADATA_PRE_GA;

/** A stream up to this size is restored whole, since commands cannot make all of it (older-stream.ts). */
const WHOLE_STREAM_BYTES = 32 * 1024 * 1024;

export interface CopyApplierOptions extends KeyChoiceOptions {
  readonly arena: Arena;
  readonly outputs: CopyOutputs;
  readonly abilities: TargetAbilities;
  /** How late expiry is written. */
  readonly lateness: Lateness;
  /**
   * The name under which a value that takes several commands is built, in its own database; undefined where all that is written
   * becomes visible in one step anyway.
   */
  readonly buildKey: BuildKey | undefined;
  /** The sets of names of the target's own keys: a name that the source brings leaves them. */
  readonly keptKeys: KeptSets | undefined;
  /** Told of every key that is written. */
  readonly noteName?: NoteName | undefined;
  /** Told of every key that is about to be written. */
  readonly onKey?: NoteName | undefined;
  /** Left out where no libraries come. */
  readonly libraries?: LibraryGround | undefined;
}

/** What a full copy learns beside the keys. */
export interface SnapshotFacts {
  sourceVersion: string;
  /** The database the stream begins in (`repl-stream-db`), by its number on the target. */
  streamDb: number;
  hasFieldExpiry: boolean;
}

/** Turns the events of the RDB decoder into commands for the target, each value in its cheapest form. */
export class CopyApplier implements RdbEvents {
  private readonly options: CopyApplierOptions;
  private outputs: CopyOutputs;
  private desks: readonly CopyDesk[];
  /** Where the present key goes. */
  private desk: CopyDesk;
  private readonly choice: KeyChoice;
  private librariesSent = false;
  readonly libraries: LibraryCopy | undefined;
  readonly facts: SnapshotFacts = {
    sourceVersion: '',
    streamDb: 0,
    hasFieldExpiry: false,
  };
  /** What became of the keys, each counted once. */
  readonly counts = { written: 0, expired: 0, skipped: 0 };
  /** By database: what announces them may be read again as well. */
  private readonly expectedIn = new Map<number, number>();
  /** The key that comes next, and how many have been counted: over a new connection some come again. */
  private keyIndex = 0;
  private keysCounted = 0;
  finished = false;
  /** The key, as latin1, whose value is sent in parts, or was last. */
  presentKey = '';

  constructor(options: CopyApplierOptions) {
    this.options = options;
    this.outputs = options.outputs;
    this.desks = this.makeDesks();
    this.desk = this.desks[0]!;
    this.choice = new KeyChoice(options);
    this.facts.streamDb = options.databases.targetDb(0);
    this.libraries = options.libraries && new LibraryCopy(options.libraries, options.arena);
  }

  /** Goes on over other connections, which have no database selected yet, with what follows the decoder's `state`. */
  attach(outputs: CopyOutputs, state: Pick<DecoderState, 'db' | 'keysDecoded'>): void {
    this.outputs = outputs;
    this.desks = this.makeDesks();
    this.desk = this.desks[0]!;
    this.librariesSent = false;
    this.keyIndex = state.keysDecoded;
    this.selectDb(state.db);
  }

  /** How many keys the snapshot announces in the databases that are taken, as far as it has come. */
  get expectedKeys(): number {
    let keys = 0;
    for (const inDatabase of this.expectedIn.values()) keys += inDatabase;
    return keys;
  }

  /** When the snapshot was taken, by the source's clock in Unix ms; 0 where it does not tell. */
  get takenAtMs(): number {
    return this.choice.takenAtMs;
  }

  aux(name: string, value: string): void {
    if (name === 'ctime') this.choice.takenAtMs = Number(value) * 1000;
    else if (name === 'redis-ver' || name === 'valkey-ver') this.facts.sourceVersion = value;
    else if (name === 'repl-stream-db')
      this.facts.streamDb = this.options.databases.targetDb(
        databaseNumber(value, 'repl-stream-db of the snapshot'),
      );
  }

  selectDb(db: number): void {
    this.choice.selectDb(db);
  }

  resizeDb(keys: number): void {
    if (this.choice.databaseTaken) this.expectedIn.set(this.choice.db, keys);
  }

  functionLibrary(code: Buffer): void {
    this.libraries?.add(code);
  }

  moduleAux(): void {
    // Global state of a module: no command carries it, and a native replica with the module builds its own.
  }

  value(
    type: RdbType,
    keyBuf: Buffer,
    keyFrom: number,
    keyTo: number,
    buf: Buffer,
    from: number,
    to: number,
    expireAtMs: number,
  ): void {
    if (!this.takes(keyBuf, keyFrom, keyTo, expireAtMs)) return;
    const expiry = targetExpiryMs(expireAtMs, this.options.lateness);
    if (type === RDB_TYPE.MODULE_2 && !this.options.abilities.modules) {
      throw new LockstepError(
        'MODULE_MISSING',
        `key ${printableKey(keyBuf, keyFrom, keyTo)} is of the module type ${moduleNameOf(buf, from, to)}, and the target has no modules`,
      );
    }
    if (type === RDB_TYPE.STRING) {
      this.desk.values.string(keyBuf, keyFrom, keyTo, buf, from, to, expiry);
    } else if (
      type < FIRST_FIELD_EXPIRY_TYPE &&
      RDB_VERSION_OF_TYPE[type] <= this.options.abilities.rdbVersion
    ) {
      refuseDamaged(type, this.choice.sourceDb, keyBuf, keyFrom, keyTo, buf, from, to);
      this.desk.values.restore(type, keyBuf, keyFrom, keyTo, buf, from, to, expiry);
    } else if (isStreamType(type)) {
      const older = streamTypeFor(this.options.abilities.rdbVersion, keyBuf.subarray(keyFrom, keyTo));
      refuseDamaged(type, this.choice.sourceDb, keyBuf, keyFrom, keyTo, buf, from, to);
      const body = olderStreamBody(type, older, buf, from, to);
      this.desk.values.restore(older, keyBuf, keyFrom, keyTo, body, 0, body.length, expiry);
    } else {
      this.expand(type, Buffer.from(keyBuf.subarray(keyFrom, keyTo)), buf, from, to, expiry);
    }
  }

  wholeUpTo(type: RdbType): number {
    return this.choice.databaseTaken && isStreamType(type) ? WHOLE_STREAM_BYTES : 0;
  }

  largeValue(type: RdbType, key: Buffer, expireAtMs: number): ElementEvents {
    if (!this.takes(key, 0, key.length, expireAtMs)) return IGNORED_ELEMENTS;
    this.presentKey = key.toString('latin1');
    this.noteType(type, key);
    return this.desk.elements.start(type, key, targetExpiryMs(expireAtMs, this.options.lateness));
  }

  end(): void {
    this.sendLibraries();
    this.finished = true;
  }

  /** They stand in front of all keys, in one step once the last of them is known. */
  private sendLibraries(): void {
    if (this.librariesSent) return;
    this.librariesSent = true;
    const home = this.desks.length > 1 ? this.outputs.indexOf(HOME_SLOT) : 0;
    // Each node of a cluster has all of them.
    for (const [i, desk] of this.desks.entries())
      for (const words of this.libraries?.commands(i === home) ?? []) {
        desk.send(...words);
        desk.db = -1;
      }
  }

  private expand(type: RdbType, key: Buffer, buf: Buffer, from: number, to: number, expiry: number): void {
    this.noteType(type, key);
    const { elements } = this.desk;
    elements.start(type, key, expiry);
    expandValue(type, key, buf, from, to, elements);
  }

  private noteType(type: RdbType, key: Buffer): void {
    if (type >= FIRST_FIELD_EXPIRY_TYPE) this.facts.hasFieldExpiry = this.options.abilities.fieldExpiry;
    if (isStreamType(type)) streamTypeFor(this.options.abilities.rdbVersion, key);
  }

  /** Decides whether a key is carried, and selects its database. */
  private takes(keyBuf: Buffer, from: number, to: number, expireAtMs: number): boolean {
    const { choice, counts } = this;
    const first = this.keyIndex >= this.keysCounted;
    this.keyIndex += 1;
    if (first) this.keysCounted = this.keyIndex;
    const chosen = choice.choose(keyBuf, from, to, expireAtMs);
    if (chosen !== 'taken') {
      if (first) counts[chosen] += 1;
      return false;
    }
    this.sendLibraries();
    const { db } = choice;
    if (this.desks.length > 1) {
      const slot = choice.slot < 0 ? keySlot(keyBuf, from, to) : choice.slot;
      this.desk = this.desks[this.outputs.indexOf(slot)]!;
    }
    const { desk } = this;
    if (db !== desk.db) {
      const { databases } = this.options.abilities;
      if (db >= databases) throw tooFewDatabases(this.options.databases, db, databases);
      desk.send('SELECT', String(db));
      desk.db = db;
    }
    const { keptKeys, noteName } = this.options;
    noteName?.(db, keyBuf, from, to);
    this.options.onKey?.(db, keyBuf, from, to);
    const set = keptKeys?.of(keyBuf, from, to);
    if (set !== undefined) desk.send('SREM', set, Buffer.from(keyBuf.subarray(from, to)));
    if (first) counts.written += 1;
    return true;
  }

  private makeDesks(): CopyDesk[] {
    return this.outputs.all.map((output) => new CopyDesk({ ...this.options, output }));
  }
}
