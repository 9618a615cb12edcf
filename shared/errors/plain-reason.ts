import { LockstepError } from './lockstep-error.ts';

/** What the system says by its codes, in words. */
const REASONS: Readonly<Record<string, string>> = {
  // Connections
  ECONNREFUSED: 'the connection was refused: nothing listens on that port',
  ENOTFOUND: 'no machine is known by that name',
  EAI_AGAIN: 'the name of the machine cannot be looked up at the moment',
  ETIMEDOUT: 'there was no answer in time',
  EHOSTUNREACH: 'no way leads to that machine',
  EHOSTDOWN: 'that machine is down',
  ENETUNREACH: 'no way leads to that network',
  ENETDOWN: 'the network of this machine is down',
  EADDRNOTAVAIL: 'this machine has no address left to connect from',
  EADDRINUSE: 'another program uses that port',
  ECONNRESET: 'the other side broke the connection off',
  ECONNABORTED: 'the connection was broken off',
  EPIPE: 'the other side has closed the connection',
  // Files
  ENOSPC: 'there is no room left on the disk',
  EDQUOT: 'the room that this account may use is full',
  EACCES: 'this account may not do that',
  EPERM: 'this account may not do that',
  EROFS: 'the disk can only be read',
  ENOENT: 'it is not there',
  ENOTDIR: 'a part of the path is no folder',
  EISDIR: 'it is a folder',
  EEXIST: 'it is there already',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'its name is too long',
  EBUSY: 'it is in use',
  EIO: 'the disk failed',
  EMFILE: 'too many files are open on this machine',
  ENFILE: 'too many files are open on this machine',
  ENOMEM: 'this machine has no memory left',
};

/** A fault of the system in words; undefined for one that carries no code of it. */
export function systemReason(error: unknown): string | undefined {
  const code = codeOf(error);
  if (code === undefined) return undefined;
  return REASONS[code] ?? `the system refused it (${code.toLowerCase()})`;
}

/** Whatever was caught, as a person may read it: a fact of ours, a fault of the system, or where something unexpected was. */
export function plainReason(error: unknown): string {
  if (error instanceof LockstepError) return error.message;
  return systemReason(error) ?? `something unexpected happened${placeOf(error)}`;
}

/** Whatever was caught, with a code: what has none is a fault of ours, whose own text is for its makers alone. */
export function asLockstepError(error: unknown): LockstepError {
  if (error instanceof LockstepError) return error;
  return new LockstepError('INTERNAL', plainReason(error), { cause: error });
}

/** What is to be noted of an error for the makers; undefined where its words say all. */
export function stackOf(error: unknown): string | undefined {
  const cause =
    error instanceof LockstepError ? (error.code === 'INTERNAL' ? (error.cause ?? error) : undefined) : error;
  return cause instanceof Error ? (cause.stack ?? cause.name) : undefined;
}

function codeOf(error: unknown): string | undefined {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  // Codes of Node itself begin with ERR_.
  return typeof code === 'string' && /^E(?!RR_)[A-Z0-9_]+$/.test(code) ? code : undefined;
}

/** ` (stream-run.ts:120)`: the first line of the program in the stack. */
function placeOf(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const place = /[/\\]([\w.-]+\.(?:ts|tsx|mjs|cjs|js):\d+)(?::\d+)?\)?$/m.exec(
    stack
      .split('\n')
      .filter((line) => /^\s*at /.test(line) && !/node:|node_modules/.test(line))
      .join('\n'),
  );
  return place ? ` (${place[1]})` : '';
}
