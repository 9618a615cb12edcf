import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { Places } from '../../../shared/errors/place-words.ts';

/** Runs a command's work on these servers: what it throws tells the commands of its remedy with their addresses. */
export async function placed<T>(places: Places, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LockstepError) error.places = places;
    throw error;
  }
}
