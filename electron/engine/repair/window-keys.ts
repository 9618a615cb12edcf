import type { CommandReader } from '../protocol/resp/command-reader.ts';
import type { CommandKeys } from '../commands/command-keys.ts';
import { databaseNumber } from '../commands/database-number.ts';
import type { DatabaseChoice } from '../commands/database-choice.ts';
import { isOwnKey } from '../commands/own-keys.ts';
import type { SlotSet } from '../router/slot-set.ts';
import { NewCopyNeeded, TooMuch } from './give-up.ts';
import { mayBe, type NotedFailure } from './failed-commands.ts';
import type { KeyGroups, NamedKey } from './key-groups.ts';
import { LateExpiries } from './late-expiries.ts';
import type { JoinedUse } from './reading-order.ts';
import { SwappedDatabases } from './swapped-databases.ts';
import type { WindowVisitor } from './window-reader.ts';

/** Keys that the target is asked about in one go. */
const QUESTION_KEYS = 1000;
/** Keys that are remembered as seen; past that they are forgotten, and looked at again where they turn up again. */
const MOST_SEEN = 500_000;
/** Keys of commands with several keys, and after the search those commands, that are remembered. */
const MOST_JOINED = 300_000;

export interface WindowKeysOptions {
  readonly commandKeys: CommandKeys;
  readonly databases: DatabaseChoice;
  /** Keys elsewhere are another part's, and nobody asks about them; undefined for all. */
  readonly slots: SlotSet | undefined;
  /** See LibraryCommandsOptions. */
  readonly bringsLibraries: boolean;
  readonly groups: KeyGroups;
  /** The database that is selected where the window begins. */
  readonly db: number;
  /** Commands that end up to this offset of the stream were applied, and may have failed: all their keys are in question. */
  readonly unverifiedUntil: number;
  /** Of these slots all keys are in question that are used up to an offset. */
  readonly arrived: { readonly slots: SlotSet; readonly until: number } | undefined;
  /** What lanes stand in front of. */
  readonly failed: readonly Omit<NotedFailure, 'until'>[];
  /** Which of these keys the target may have lost. Keys are bytes as latin1 text. */
  readonly lost: (db: number, keys: readonly string[]) => Promise<readonly string[]>;
  /** The source sends expiry as a time that remains (before 7.0), which is not known when the command comes late. */
  readonly lateExpiry: boolean;
  /** More lost keys than this end the search. */
  readonly mostKeys: number;
}

/**
 * Learns from the stream which keys are used together, and finds those on which a command may have failed, those that the
 * target may have lost and that a command uses before another one overwrites them, and those whose expiry the stream does not
 * tell any more.
 */
export class WindowKeys implements WindowVisitor {
  private readonly options: WindowKeysOptions;
  private readonly seen = new Map<number, Set<string>>();
  private seenKeys = 0;
  private questions = new Map<number, string[]>();
  private asked = 0;
  private db: number;
  private taken: boolean;
  private searching = true;
  private readonly late: LateExpiries | undefined;
  private readonly swapped = new SwappedDatabases();
  /** Of the failed commands those that are still to come. */
  private ahead: WindowKeysOptions['failed'];
  /** The keys in question, as the groups know them. */
  readonly found = new Set<number>();
  /** Commands with several keys since the end of the search. */
  readonly uses: JoinedUse[] = [];

  constructor(options: WindowKeysOptions) {
    this.options = options;
    this.db = options.db;
    this.taken = options.databases.includes(options.db);
    this.late = options.lateExpiry ? new LateExpiries() : undefined;
    this.ahead = options.failed;
  }

  /** @throws NewCopyNeeded */
  command(mem: Buffer, reader: CommandReader, end: number): void {
    const { commandKeys, groups, databases } = this.options;
    const use = commandKeys.find(mem, reader);
    const unverified = end <= this.options.unverifiedUntil;
    if (use === 'none' && !(unverified && this.changesLibraries(mem, reader.from[0]!, reader.to[0]!)))
      return this.noKeys(mem, reader);
    // What it removes is used by nobody, and the target does the same at the same place.
    if (use === 'unknown' && !unverified && isFlush(mem, reader)) return;
    if (use === 'unknown' && !unverified && isSwap(mem, reader)) return this.swap(mem, reader);
    if (use !== 'keys') throw cannotTell(mem, reader.from[0]!, reader.to[0]!);
    const { at, overwritten } = commandKeys;
    const otherDb = commandKeys.otherDb ?? this.db;
    const ids: number[] = [];
    const used: NamedKey[] = [];
    let late = commandKeys.relativeExpiry;
    // What it reads comes first: a key that it both reads and overwrites is used.
    for (let i = at.length - 1; i >= 0; i--) {
      const db = i < overwritten ? otherDb : this.db;
      if (db === this.db ? !this.taken : !databases.includes(db)) continue;
      const key = this.foreignKey(mem, reader.from[at[i]!]!, reader.to[at[i]!]!);
      if (key === undefined) continue;
      if (unverified || this.hasCome(key, end)) this.found.add(groups.idOf(db, key));
      if (this.ahead.length > 0) used.push({ db, key });
      if (this.searching) {
        this.use(db, key, i < overwritten);
        late = this.useExpiry(db, key, i < overwritten, late);
      }
      if (at.length > 1) ids.push(groups.idOf(db, key));
    }
    this.meet(used, end);
    if (ids.length > 1) this.join(ids, end);
  }

  /** @throws NewCopyNeeded */
  largeCommand(
    mem: Buffer,
    nameFrom: number,
    nameTo: number,
    from: number,
    to: number,
    beginning: number,
  ): void {
    const use = this.options.commandKeys.findByName(mem, nameFrom, nameTo);
    const unverified = beginning < this.options.unverifiedUntil;
    if (use === 'none' && !(unverified && this.changesLibraries(mem, nameFrom, nameTo))) return;
    if (use !== 'first' || from < 0) throw cannotTell(mem, nameFrom, nameTo);
    const key = this.foreignKey(mem, from, to);
    if (!this.searching || !this.taken || key === undefined) return;
    if (unverified || this.hasCome(key, beginning)) this.found.add(this.options.groups.idOf(this.db, key));
    this.meet([{ db: this.db, key }], beginning + 1);
    this.use(this.db, key, false);
    this.useExpiry(this.db, key, false, this.options.commandKeys.relativeExpiry);
  }

  async pause(): Promise<void> {
    if (this.asked >= QUESTION_KEYS) await this.ask();
  }

  /**
   * Ends the search: what comes later is only looked at for commands with several keys.
   * @throws NewCopyNeeded when too many keys were found
   */
  async endSearch(): Promise<void> {
    await this.ask();
    for (const { db, key } of this.late?.all() ?? []) this.found.add(this.options.groups.idOf(db, key));
    this.checkFound();
    this.refuseSwapped(this.found);
    this.searching = false;
    this.seen.clear();
  }

  /** @throws NewCopyNeeded when one of these is in a database that was swapped, where its name is not what it was */
  refuseSwapped(ids: Iterable<number>): void {
    for (const id of ids)
      if (this.swapped.has(this.options.groups.nameOf(id).db))
        throw new NewCopyNeeded('the source has swapped the database that some of them are in');
  }

  /** What the target has lost is asked for by where it is there; what becomes of it in a swapped database is not told. */
  private swap(mem: Buffer, { from, to, count }: CommandReader): void {
    const { databases } = this.options;
    const [a, b] = [1, 2].map((i) =>
      i < count ? databases.targetDb(databaseNumber(mem.toString('latin1', from[i], to[i]), 'SWAPDB')) : -1,
    ) as [number, number];
    if (!databases.includes(a) && !databases.includes(b)) return;
    if (!databases.includes(a) || !databases.includes(b)) throw cannotTell(mem, from[0]!, to[0]!);
    this.swapped.swap(a, b);
    const [seenA, seenB] = [this.seen.get(a), this.seen.get(b)];
    this.seen.set(a, seenB ?? new Set()).set(b, seenA ?? new Set());
  }

  private async ask(): Promise<void> {
    const { lost, groups } = this.options;
    const { questions } = this;
    this.questions = new Map();
    this.asked = 0;
    for (const [db, keys] of questions)
      for (const key of await lost(db, keys)) this.found.add(groups.idOf(db, key));
    this.checkFound();
  }

  private checkFound(): void {
    const { mostKeys } = this.options;
    if (this.found.size > mostKeys)
      throw new TooMuch(`more than ${mostKeys} of them are in use on the source`);
  }

  private noKeys(mem: Buffer, reader: CommandReader): void {
    const { databases } = this.options;
    const db = selectedDatabase(databases, mem, reader);
    if (db === undefined) return;
    this.db = db;
    this.taken = databases.includes(db);
  }

  private use(db: number, key: string, overwritten: boolean): void {
    let seen = this.seen.get(db);
    if (!seen) this.seen.set(db, (seen = new Set()));
    if (seen.has(key)) return;
    if (this.seenKeys >= MOST_SEEN) {
      for (const keys of this.seen.values()) keys.clear();
      this.seenKeys = 0;
    }
    seen.add(key);
    this.seenKeys += 1;
    if (overwritten) return;
    const origin = this.swapped.originOf(db);
    const questions = this.questions.get(origin);
    if (questions) questions.push(key);
    else this.questions.set(origin, [key]);
    this.asked += 1;
  }

  /** A key that is overwritten may take over the expiry of one that the command reads. @returns `late`, or of the key */
  private useExpiry(db: number, key: string, overwritten: boolean, late: boolean): boolean {
    if (!this.late) return false;
    if (late || overwritten) this.late.set(db, key, late);
    return late || this.late.has(db, key);
  }

  private hasCome(key: string, offset: number): boolean {
    const { arrived } = this.options;
    return (
      arrived !== undefined && offset <= arrived.until && arrived.slots.hasKey(Buffer.from(key, 'latin1'))
    );
  }

  /** The command that ends there uses these keys, which come in question where it is the first that may have failed. */
  private meet(used: readonly NamedKey[], end: number): void {
    const ahead = this.ahead.filter((failure) => !mayBe(failure, used, end));
    if (ahead.length === this.ahead.length) return;
    this.ahead = ahead;
    for (const { db, key } of used) this.found.add(this.options.groups.idOf(db, key));
  }

  /** Functions are no keys, and a failed change of them can't be told from the keys of the source. */
  private changesLibraries(mem: Buffer, from: number, to: number): boolean {
    return this.options.bringsLibraries && mem.toString('latin1', from, to).toLowerCase() === 'function';
  }

  /** A key as latin1 text, undefined for one of the tool's own or of another part. */
  private foreignKey(mem: Buffer, from: number, to: number): string | undefined {
    const { slots } = this.options;
    if (isOwnKey(mem, from, to) || slots?.hasKey(mem, from, to) === false) return undefined;
    return mem.toString('latin1', from, to);
  }

  private join(ids: readonly number[], end: number): void {
    const { groups } = this.options;
    if (this.searching) groups.join(ids);
    else this.uses.push({ end, ids });
    if (groups.size > MOST_JOINED || this.uses.length > MOST_JOINED)
      throw new NewCopyNeeded(`the source has used more than ${MOST_JOINED} keys together with others`);
  }
}

/** The database that the command selects, by its number on the target; undefined when it is no SELECT. */
export function selectedDatabase(
  databases: DatabaseChoice,
  mem: Buffer,
  reader: CommandReader,
): number | undefined {
  const { from, to, count } = reader;
  if (count !== 2 || to[0]! - from[0]! !== 6) return undefined;
  if (mem.toString('latin1', from[0], to[0]).toLowerCase() !== 'select') return undefined;
  return databases.targetDb(databaseNumber(mem.toString('latin1', from[1], to[1]), 'SELECT'));
}

function isFlush(mem: Buffer, { from, to }: CommandReader): boolean {
  const name = mem.toString('latin1', from[0], to[0]).toLowerCase();
  return name === 'flushdb' || name === 'flushall';
}

function isSwap(mem: Buffer, { from, to }: CommandReader): boolean {
  return mem.toString('latin1', from[0], to[0]).toLowerCase() === 'swapdb';
}

function cannotTell(mem: Buffer, nameFrom: number, nameTo: number): NewCopyNeeded {
  const name = mem
    .toString('latin1', nameFrom, Math.min(nameTo, nameFrom + 60))
    .replace(/[^\x20-\x7e]/g, '.')
    .toUpperCase();
  return new NewCopyNeeded(`the source has run ${name}, which may have used any of them`);
}
