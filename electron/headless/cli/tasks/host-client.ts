import type { Command } from 'commander';
import { WebSocket } from 'ws';
import { createClient, type Client } from '../../../../shared/contract/client.ts';
import { SOCKET_PROTOCOL } from '../../../../shared/contract/page-key.ts';
import { SOCKET_PATH, socketTransport } from '../../../../shared/contract/socket-transport.ts';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { readAccess, type HostAccess } from '../../serve/access-files.ts';
import { dataFolderOf } from '../../serve/data-folder.ts';
import { isLoopbackHost } from '../../serve/host-checks.ts';
import { ownerOf } from '../../serve/instance-lock.ts';

/** Looks at servers, which some requests have done, take seconds; a host that is silent for so long does not answer any more. */
const ANSWER_WITHIN_MS = 60_000;

/** The options that every subcommand of `tasks` has, as they were typed. */
export interface HostFlags {
  readonly dataDir?: string;
  readonly json?: boolean;
}

/** `json`: false where the answer is JSON in any case. */
export function addHostOptions(command: Command, { json = true } = {}): Command {
  command.option(
    '--data-dir <folder>',
    'that of the serve that is meant (default: ~/.config/lockstep/browser)',
  );
  return json ? command.option('--json', 'the answer as JSON on standard output') : command;
}

/**
 * Asks the `serve` that works with the folder. @throws LockstepError HOST_GONE where none does, or it does not answer; what `ask` throws
 */
export async function withHost<T>(
  { dataDir }: HostFlags,
  env: NodeJS.ProcessEnv,
  ask: (client: Client) => Promise<T>,
): Promise<T> {
  const folder = dataFolderOf(dataDir, env);
  const { origin, token } = accessTo(folder);
  const socket = new WebSocket(`${origin.replace('http', 'ws')}${SOCKET_PATH}`, SOCKET_PROTOCOL, {
    headers: { Authorization: `Bearer ${token}` },
    perMessageDeflate: false,
    handshakeTimeout: ANSWER_WITHIN_MS,
  });
  // Told by the requests that it leaves without an answer.
  socket.on('error', () => undefined);
  const client = createClient(socketTransport(socket));
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new LockstepError('HOST_GONE', `${origin} did not answer within ${ANSWER_WITHIN_MS / 1000} s`),
        ),
      ANSWER_WITHIN_MS,
    );
  });
  try {
    return await Promise.race([ask(client), late]);
  } finally {
    clearTimeout(timer);
    client.close();
  }
}

/** The files are left behind by one that was killed: another program may listen at that port by now. */
function accessTo(folder: string): HostAccess {
  const access = ownerOf(folder) === undefined ? undefined : readAccess(folder);
  if (!access || !isLoopbackHost(URL.parse(access.origin)?.host))
    throw new LockstepError('HOST_GONE', `no lockstep serve works with the folder ${folder}`);
  return access;
}
