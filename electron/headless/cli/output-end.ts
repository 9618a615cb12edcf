import type { Writable } from 'node:stream';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';

/** What a shell reports of a program that SIGPIPE ended: Node is told by an error of writing instead. */
const BROKEN_PIPE_STATUS = 141;
/** For a task to come to its checkpoint, and for servers of a demonstration to end. */
const GRACE_MS = 5000;

/** The reader has gone: of a pipe, of a socket, or of a stream that was closed after that. */
const GONE = new Set(['EPIPE', 'ECONNRESET', 'ERR_STREAM_DESTROYED', 'ERR_STREAM_WRITE_AFTER_END']);

/** Notices that nobody reads what is printed any more, as after `| head`, or that it cannot be written. */
export class OutputEnd {
  readonly #end = new AbortController();
  #error: LockstepError | undefined;
  #minds = true;

  constructor(...streams: readonly Writable[]) {
    for (const stream of streams) stream.on('error', (error: unknown) => this.#onError(error));
  }

  /** Aborted when there is no use in going on. */
  get signal(): AbortSignal {
    return this.#end.signal;
  }

  /** Why, where it is more than a reader who has had enough. */
  get error(): LockstepError | undefined {
    return this.#error;
  }

  /** How the program ends for it. */
  get status(): number {
    return this.#error?.entry.exit ?? BROKEN_PIPE_STATUS;
  }

  /** Resolves some time after the end, for what does not stop by itself. */
  overdue(): Promise<number> {
    return new Promise((resolve) => {
      this.signal.addEventListener('abort', () => setTimeout(() => resolve(this.status), GRACE_MS).unref());
    });
  }

  /** From here on the command goes on without anybody who reads. */
  ignore(): void {
    this.#minds = false;
  }

  #onError(error: unknown): void {
    if (!this.#minds || this.signal.aborted) return;
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (!GONE.has(code))
      this.#error = new LockstepError('OUTPUT_UNWRITABLE', REASONS[code] ?? code, { cause: error });
    process.exitCode = this.status;
    this.#end.abort();
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'there is no room left where it goes',
  EIO: 'it failed where it goes',
};
