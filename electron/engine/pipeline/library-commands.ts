import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { Arena } from '../arena/arena.ts';
import type { LeftOutLibraries } from '../commands/left-out-libraries.ts';
import { libraryName } from '../commands/library-name.ts';
import { printable } from '../protocol/resp/describe-command.ts';
import { decodeLibraries } from '../writer/copy/decode-libraries.ts';
import { functionsUnsupported } from '../writer/copy/library-copy.ts';
import { FOOTER_BYTES, sealed } from '../writer/copy/library-payload.ts';

/** A command as its words. */
type Words = readonly (string | Buffer)[];

export interface LibraryCommandsOptions {
  readonly arena: Arena;
  /** The target has functions. */
  readonly functionsKnown: boolean;
  /** Where it has none, those of the source are left out and noted here; undefined refuses them. */
  readonly leftOut: LeftOutLibraries | undefined;
  /** Of a source that is a cluster each shard has them, and one part brings them. */
  readonly bringsLibraries: boolean;
  /** A flush on the source may remove what is not from the source. */
  readonly flushConsented: boolean;
  /** See Checkpoint.keptLibraries. */
  readonly keptLibraries: readonly string[];
}

/**
 * FUNCTION of the stream. Libraries are content, as keys are: one of a name that only the target had is the source's from
 * the source's first use of the name on, and a flush takes what is not from the source only with consent.
 */
export class LibraryCommands {
  private readonly options: LibraryCommandsOptions;
  private readonly names: Set<string>;

  constructor(options: LibraryCommandsOptions) {
    this.options = options;
    this.names = new Set(options.keptLibraries);
  }

  /** See Checkpoint.keptLibraries, with all that was given to `forms` so far. */
  get kept(): readonly string[] {
    return [...this.names];
  }

  /** What the target is sent. @throws LockstepError FLUSH_NEEDS_CONSENT, FUNCTIONS_UNSUPPORTED, COMMAND_UNSUPPORTED */
  forms(given: readonly Buffer[]): readonly Words[] {
    const { bringsLibraries, functionsKnown, leftOut } = this.options;
    if (!bringsLibraries) return [];
    if (!functionsKnown) {
      if (!leftOut) throw functionsUnsupported();
      this.leave(given, leftOut);
      return [];
    }
    const last = given.at(-1)!;
    switch (subcommand(given)) {
      case 'LOAD':
        return [this.takes(libraryName(last)) ? ['FUNCTION', 'LOAD', 'REPLACE', last] : given];
      case 'DELETE':
        this.takes(String(last));
        return [given];
      case 'FLUSH':
        this.flushes('FUNCTION FLUSH');
        return [given];
      case 'RESTORE':
        return [this.restore(given)];
      default:
        throw new LockstepError(
          'COMMAND_UNSUPPORTED',
          `the source sent FUNCTION ${given[1] ? printable(given[1], 0, given[1].length) : ''}`,
        );
    }
  }

  private leave(given: readonly Buffer[], leftOut: LeftOutLibraries): void {
    const last = given.at(-1)!;
    switch (subcommand(given)) {
      case 'LOAD':
        return leftOut.streamed(libraryName(last));
      case 'DELETE':
        return leftOut.removed(String(last));
      case 'FLUSH':
        return leftOut.flushed();
      case 'RESTORE':
        if (restorePolicy(given) === 'FLUSH') leftOut.flushed();
        for (const code of decodeLibraries(given[2] ?? Buffer.alloc(0), this.options.arena))
          leftOut.streamed(libraryName(code));
    }
  }

  /** The payload as it is but for its version, which may be too new for the target. */
  private restore(given: readonly Buffer[]): Words {
    const { arena } = this.options;
    const payload = given[2] ?? Buffer.alloc(0);
    let policy = restorePolicy(given);
    const names = decodeLibraries(payload, arena).map(libraryName);
    if (policy === 'FLUSH') this.flushes('FUNCTION RESTORE ... FLUSH');
    // To the source they were new.
    for (const name of names) if (this.takes(name) && policy === 'APPEND') policy = 'REPLACE';
    const body = payload.subarray(0, payload.length - FOOTER_BYTES);
    return ['FUNCTION', 'RESTORE', sealed(body, arena), policy];
  }

  /** @returns whether the target had one of this name, which is the source's from now on */
  private takes(name: string): boolean {
    return this.names.delete(name);
  }

  private flushes(name: string): void {
    if (this.names.size > 0 && !this.options.flushConsented)
      throw new LockstepError('FLUSH_NEEDS_CONSENT', `${name} ran on the source`);
    this.names.clear();
  }
}

const subcommand = (given: readonly Buffer[]): string => String(given[1] ?? '').toUpperCase();

const restorePolicy = (given: readonly Buffer[]): string => String(given[3] ?? 'APPEND').toUpperCase();
