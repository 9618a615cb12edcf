import type { Redis } from 'ioredis';
import { ifRefused } from './reply-error.ts';

/**
 * `import-mode` of Valkey 8.1 and later: while it is on, no key goes by the server's clock. One that has expired is gone for
 * everybody but a connection that has said it is the import source, and stays until that deletes it (`Valkey db.c:
 * expireIfNeeded`). It holds for the whole server, and ends with its process.
 */
const SETTING = 'import-mode';

/** That a target lets no key go by its own clock, as a task wishes. */
export interface Import {
  /** It was off until now, so what has expired before is gone. */
  readonly begun: boolean;
  /** A task has turned it on, so the last one turns it off. */
  readonly ours: boolean;
}

/** undefined where the server has none, or the user may not look. */
export async function readImportMode(redis: Redis): Promise<'on' | 'off' | undefined> {
  const reply: unknown = await redis.call('CONFIG', 'GET', SETTING).catch(ifRefused(undefined));
  if (!Array.isArray(reply) || reply.length !== 2) return undefined;
  return reply[1] === 'yes' ? 'on' : 'off';
}

/** @returns false where the user may not */
export async function setImportMode(redis: Redis, mode: 'on' | 'off'): Promise<boolean> {
  const reply: unknown = await redis
    .call('CONFIG', 'SET', SETTING, mode === 'on' ? 'yes' : 'no')
    .catch(ifRefused(undefined));
  return reply === 'OK';
}

/** Sees what has expired as if it had not, on this connection; nothing where the mode is off. */
export async function asImportSource(redis: Redis): Promise<boolean> {
  return (await redis.call('CLIENT', 'IMPORT-SOURCE', 'ON').catch(ifRefused(undefined))) === 'OK';
}
