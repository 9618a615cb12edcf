import type { Endpoint } from '../../../shared/model/endpoint.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { CommandBuffer } from './command-buffer.ts';
import { Pipe } from './pipe.ts';

const FLUSH_BYTES = 128 * 1024;

/** What a loader writes with: commands go into `out`, and `step` between two keys passes them on. */
export interface Loading {
  readonly out: CommandBuffer;
  /** Sends what has gathered, once it is worth it; a promise only when the server is behind. */
  step(): Promise<void> | undefined;
}

/**
 * Runs a loader over one connection and waits until the server has answered all of it.
 *
 * @throws LockstepError SOURCE_* when the server is out of reach, INTERNAL when it refused a command
 */
export async function load(endpoint: Endpoint, work: (loading: Loading) => Promise<void>): Promise<void> {
  const pipe = await Pipe.open(endpoint);
  const out = new CommandBuffer();
  const step = (): Promise<void> | undefined => {
    if (out.length < FLUSH_BYTES) return undefined;
    pipe.send(out);
    return pipe.room();
  };
  try {
    await work({ out, step });
    pipe.send(out);
    await pipe.settled();
  } finally {
    pipe.close();
  }
  if (pipe.errors > 0) {
    throw new LockstepError(
      'INTERNAL',
      `the server refused ${pipe.errors} commands: ${pipe.errorSamples.join('; ')}`,
    );
  }
}
