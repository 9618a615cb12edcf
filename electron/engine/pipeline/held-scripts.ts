import { createHash } from 'node:crypto';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { ACTION, type Action, type Words } from '../commands/command-row.ts';
import { COMMAND_ROWS } from '../commands/command-rows.ts';
import type { DatabaseChoice } from '../commands/database-choice.ts';
import type { Lateness } from '../expiry/late-expiry.ts';
import { latenessArgument } from '../expiry/marks-script.ts';
import { printable } from '../protocol/resp/describe-command.ts';
import { SCRIPT_EXPIRY } from './script-expiry.ts';
import { WRAPPER_BODY, WRAPPER_HEAD } from './script-wrapper.ts';

/** Commands that a server runs in a script though they are no data, or that nothing may run in one. */
const NOT_IN_SCRIPTS: ReadonlySet<Action> = new Set([
  ACTION.FORBIDDEN,
  ACTION.CLUSTER,
  ACTION.SWAPDB,
  ACTION.EVAL,
  ACTION.SCRIPT,
  ACTION.FUNCTION,
]);
const REFUSED = COMMAND_ROWS.filter(({ action }) => NOT_IN_SCRIPTS.has(action))
  .map(({ name }) => name.toUpperCase())
  .join(' ');

const WRAPPER = Buffer.from(`local REFUSED = '${REFUSED}'\n${WRAPPER_HEAD}${SCRIPT_EXPIRY}${WRAPPER_BODY}`);

/** A source of this version or later always sends what a script wrote (`Redis 7.0 script.c`). */
export const EFFECTS_ONLY_VERSION = 70000;
/**
 * Scripts that are remembered for EVALSHA, and their bytes: at either the oldest is forgotten. A source sends the text anew
 * once it has sent 10,000 others (`Redis 6.2 replication.c: replicationScriptCacheAdd`).
 */
const MOST_SCRIPTS = 20_000;
const MOST_BYTES = 64 * 1024 * 1024;

/** What a task allows a script to do. */
export interface ScriptGround {
  /** See TargetAbilities.version; of the source. */
  readonly sourceVersion: number;
  readonly databases: DatabaseChoice;
  /** How many databases the target has. */
  readonly targetDatabases: number;
  readonly flushAllowed: boolean;
  /** Of a shard of a cluster: of the target's keys a script sees those that it declares. */
  readonly declaredOnly: boolean;
  /** The set of names of the target's own keys; undefined when none are left. */
  readonly keptKeys: string | undefined;
  /** Where the texts are kept on the target (checkpoint/script-texts.ts), and what is there. */
  readonly textsKey: string;
  readonly texts: ReadonlyMap<string, Buffer>;
}

/**
 * Scripts of sources before 5.0, or of later ones with `lua-replicate-commands no`: these send the script itself, to be run
 * again, where later ones send what it did.
 */
export class HeldScripts {
  private readonly ground: ScriptGround;
  private readonly texts: Map<string, Buffer>;
  private bytes = 0;
  private notes: Words[] = [];

  constructor(ground: ScriptGround) {
    this.ground = ground;
    this.texts = new Map(ground.texts);
    for (const { length } of this.texts.values()) this.bytes += length;
  }

  /** Any texts are kept on the target. */
  get keepsTexts(): boolean {
    return this.texts.size > 0;
  }

  /** What is to be noted on the target of the scripts that came, in CHECKPOINT_DB of the same batch; once. */
  takeNotes(): readonly Words[] {
    const { notes } = this;
    this.notes = [];
    return notes;
  }

  /**
   * What goes to the target for an EVAL or EVALSHA that the source ran in database `db` at this time.
   * @throws LockstepError SCRIPT_REFUSED for one that cannot be run there as the source ran it
   */
  run(given: readonly Buffer[], db: number, ranAtMs: number, lateness: Lateness): readonly Words[] {
    const name = String(given[0]).toUpperCase();
    this.refuseEffectsOnly(name);
    const count = String(given[2] ?? '');
    const keys = Number(count);
    if (!/^\d{1,9}$/.test(count) || keys > given.length - 3)
      throw new LockstepError('SOURCE_PROTOCOL', `the source sent ${name} with a count of keys that is none`);
    const byHash = name === 'EVALSHA';
    const text = byHash ? this.texts.get(given[1]!.toString('latin1').toLowerCase()) : given[1]!;
    if (!text)
      throw refused(`the source sent EVALSHA ${printable(given[1]!, 0, given[1]!.length)} without its text`);
    const run = ['EVAL', WRAPPER, ...given.slice(2, 3 + keys), ...this.allowed(text, db, ranAtMs, lateness)];
    run.push(...given.slice(3 + keys));
    // A standby knows the scripts that its clients may name by their hash.
    return !byHash && this.remember(text) ? [['SCRIPT', 'LOAD', text], run] : [run];
  }

  /**
   * Refuses a script that ran in a database which is left out, where it may have reached one that is taken. What it does
   * can only be known by running it, so its text is looked at for the commands that lead from one database to another.
   */
  leaveOut(given: readonly Buffer[], db: number): void {
    const name = String(given[0]).toUpperCase();
    this.refuseEffectsOnly(name);
    const text = name === 'EVALSHA' ? this.texts.get(String(given[1]).toLowerCase()) : given[1];
    if (text) this.remember(text);
    if (text && !/['"[](select|swapdb|move|copy|flushall)['"\]]/i.test(text.toString('latin1'))) return;
    throw new LockstepError(
      'DATABASE_CROSSING',
      `a script that ran in database ${this.ground.databases.sourceDb(db)} may reach one of the task`,
    );
  }

  /** FCALL came with the version from which on what a script wrote is sent in its place. */
  private refuseEffectsOnly(name: string): void {
    if (this.ground.sourceVersion >= EFFECTS_ONLY_VERSION || name === 'FCALL')
      throw refused(`the source sent ${name}, though it is of a version that sends what scripts wrote`);
  }

  /** Takes note of a SCRIPT LOAD or SCRIPT FLUSH. */
  script(given: readonly Buffer[]): void {
    const subcommand = String(given[1]).toUpperCase();
    if (subcommand === 'LOAD' && given[2]) this.remember(given[2]);
    else if (subcommand === 'FLUSH') this.forget();
  }

  /** The arguments of the wrapper in front of the script's own. */
  private allowed(text: Buffer, db: number, ranAtMs: number, lateness: Lateness): (string | Buffer)[] {
    const { databases, targetDatabases, flushAllowed, declaredOnly, keptKeys } = this.ground;
    return [
      text,
      String(ranAtMs),
      latenessArgument(lateness),
      String(db),
      databases.toString(),
      String(targetDatabases),
      declaredOnly ? 'declared' : flushAllowed ? '1' : '0',
      keptKeys ?? '',
    ];
  }

  private forget(): void {
    this.texts.clear();
    this.bytes = 0;
    this.notes.push(['DEL', this.ground.textsKey]);
  }

  /** @returns false for one that was known already */
  private remember(text: Buffer): boolean {
    const hash = createHash('sha1').update(text).digest('hex');
    if (this.texts.has(hash)) return false;
    this.texts.set(hash, text);
    this.bytes += text.length;
    this.notes.push(['HSET', this.ground.textsKey, hash, text]);
    for (const [oldest, { length }] of this.texts) {
      if (this.texts.size <= MOST_SCRIPTS && this.bytes <= MOST_BYTES) break;
      this.texts.delete(oldest);
      this.bytes -= length;
      this.notes.push(['HDEL', this.ground.textsKey, oldest]);
    }
    return true;
  }
}

const refused = (fact: string): LockstepError => new LockstepError('SCRIPT_REFUSED', fact);
