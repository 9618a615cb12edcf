import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import type { Arena } from '../../arena/arena.ts';
import { CHECKPOINT_DB, checkpointKey } from '../../checkpoint/checkpoint.ts';
import type { LeftOutLibraries } from '../../commands/left-out-libraries.ts';
import { libraryName } from '../../commands/library-name.ts';
import { libraryPayload } from './library-payload.ts';

/** Libraries of a snapshot are held until the last has come. */
const MOST_BYTES = 64 * 1024 * 1024;

/** A checkpoint that has gone meanwhile is not made anew of this alone. */
const NOTE_KEPT =
  "if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HSET', KEYS[1], 'keptLibraries', ARGV[1]) end return 0";

export interface LibraryGround {
  readonly task: string;
  /** The target has functions. */
  readonly known: boolean;
  /** Where it has none, those of the source are left out and noted here; undefined refuses them. */
  readonly leftOut: LeftOutLibraries | undefined;
  /** The libraries on the target before the copy; undefined where they could not be looked at. */
  readonly standing: readonly string[] | undefined;
  /** Those of them that are the target's own. */
  readonly kept: readonly string[];
}

/**
 * The function libraries of a full copy. They are replaced in one step of the target, so that calls of what both sides have
 * never miss, and a function may have moved from one library to another; those that the source has no more go with it.
 */
export class LibraryCopy {
  private readonly ground: LibraryGround;
  private readonly arena: Arena;
  private readonly codes = new Map<string, Buffer>();
  private bytes = 0;

  constructor(ground: LibraryGround, arena: Arena) {
    this.ground = ground;
    this.arena = arena;
  }

  /** Those of the target's own that the source has none of the name of. */
  get kept(): readonly string[] {
    return this.ground.kept.filter((name) => !this.codes.has(name));
  }

  /** @throws LockstepError FUNCTIONS_UNSUPPORTED, TARGET_NO_PERMISSION, VALUE_UNSUPPORTED */
  add(code: Buffer): void {
    const { known, leftOut, standing } = this.ground;
    if (!known) {
      if (!leftOut) throw functionsUnsupported();
      return leftOut.copied(libraryName(code));
    }
    // Without it nobody knows which of them are the target's own.
    if (standing === undefined)
      throw new LockstepError(
        'TARGET_NO_PERMISSION',
        'FUNCTION LIST is refused, and the source has function libraries',
      );
    const name = libraryName(code);
    this.bytes += code.length - (this.codes.get(name)?.length ?? 0);
    if (this.bytes > MOST_BYTES)
      throw new LockstepError(
        'VALUE_UNSUPPORTED',
        'the function libraries of the source take more than 64 MB',
      );
    this.codes.set(name, Buffer.from(code));
  }

  /**
   * What makes the libraries of a server those of the snapshot; may be sent again. It ends in CHECKPOINT_DB, if there is any. `home`: it has
   * the task's checkpoint, which says what is left of its own.
   */
  commands(home: boolean): (readonly (string | Buffer)[])[] {
    const { task, standing = [], kept: owned } = this.ground;
    const gone = standing.filter((name) => !owned.includes(name) && !this.codes.has(name));
    if (this.codes.size === 0 && gone.length === 0) return [];
    const payload = libraryPayload(this.codes.values(), this.arena);
    if (owned.length === 0) return [['FUNCTION', 'RESTORE', payload, 'FLUSH']];
    return [
      ['MULTI'],
      ['SELECT', String(CHECKPOINT_DB)],
      ...gone.flatMap(removal),
      ['FUNCTION', 'RESTORE', payload, 'REPLACE'],
      ...(home ? [['EVAL', NOTE_KEPT, '1', checkpointKey(task), this.kept.join(',')]] : []),
      ['EXEC'],
      ['SELECT', String(CHECKPOINT_DB)],
    ];
  }
}

/** Removes a library whether it is there or not: a DELETE of none is an error. */
function removal(name: string): string[][] {
  const code = `#!lua name=${name}\nredis.register_function('lockstep_removes_${name}', function() end)`;
  return [
    ['FUNCTION', 'LOAD', 'REPLACE', code],
    ['FUNCTION', 'DELETE', name],
  ];
}

export const functionsUnsupported = (): LockstepError =>
  new LockstepError(
    'FUNCTIONS_UNSUPPORTED',
    'the source has function libraries, and the target, before 7.0, knows none',
  );
