import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { takesPayload } from '../control/target-abilities.ts';
import { NO_EXPIRY } from '../protocol/rdb/events.ts';
import { RDB_TYPE, RDB_VERSION_OF_TYPE, type RdbType } from '../protocol/rdb/types.ts';
import { printableKey } from '../protocol/resp/describe-command.ts';
import { refuseDamaged } from '../writer/copy/refuse-damaged.ts';
import {
  valueCommands,
  type ValueCommands,
  type ValueCommandsOptions,
} from '../writer/copy/value-commands.ts';

/** What a payload ends in: two bytes of RDB version and eight of checksum. */
const FOOTER_BYTES = 10;
const OPTIONS_FROM = 4;

/** Fields of hashes that expire are given their expiry one by one, so that it is late like every other. */
export const isOpened = (type: number): boolean => type >= RDB_TYPE.HASH_METADATA_PRE_GA;

/**
 * RESTORE of a payload that the target does not take as it is: it is decoded, and its value goes the way of one of a full
 * copy, in the form that the target takes.
 */
export class RestoredValues {
  private readonly options: ValueCommandsOptions;

  constructor(options: ValueCommandsOptions) {
    this.options = options;
  }

  /**
   * The commands for it; undefined where the payload can be passed on.
   * @throws LockstepError VALUE_UNSUPPORTED or VALUE_DAMAGED, which name the key, where the target has no form for the value or
   * may die of it
   */
  commands(given: readonly Buffer[], db: number, ranAtMs: number): ValueCommands | undefined {
    const [, key, ttl, dump] = given as readonly [Buffer, Buffer, Buffer, Buffer];
    if (dump.length <= FOOTER_BYTES) return undefined;
    if (this.fits(dump)) {
      const end = dump.length - FOOTER_BYTES;
      refuseDamaged(dump[0] as RdbType, db, key, 0, key.length, dump, 1, end);
      return undefined;
    }
    const options = given.slice(OPTIONS_FROM).map((option) => String(option).toUpperCase());
    const time = Number(String(ttl));
    if (!Number.isSafeInteger(time) || time < 0)
      throw new LockstepError('SOURCE_PROTOCOL', 'an expiry in the stream is no number');
    const expireAtMs = time === 0 ? NO_EXPIRY : options.includes('ABSTTL') ? time : ranAtMs + time;
    try {
      return valueCommands([{ db, key, dump, expireAtMs }], this.options);
    } catch (error) {
      if (!(error instanceof LockstepError) || !/^RDB_/.test(error.code)) throw error;
      throw new LockstepError(
        'VALUE_UNSUPPORTED',
        `RESTORE of key ${printableKey(key, 0, key.length)}: ${error.message}`,
        { cause: error },
      );
    }
  }

  private fits(dump: Buffer): boolean {
    const { abilities } = this.options;
    const type = dump[0] as RdbType;
    const version = dump.readUInt16LE(dump.length - FOOTER_BYTES);
    if (isOpened(type) || (RDB_VERSION_OF_TYPE[type] ?? Infinity) > abilities.rdbVersion) return false;
    return abilities.ownRdbVersionOnly ? version === abilities.rdbVersion : takesPayload(abilities, version);
  }
}
