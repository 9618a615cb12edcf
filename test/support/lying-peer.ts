import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { takeCommand } from './take-command.ts';

/** What a peer sends in the place of a reply: what comes first, and what then comes for ever. */
export interface Lie {
  readonly begin: string;
  readonly goOn: string;
  /** It is as large as a reply may be before it is seen through. */
  readonly large?: boolean;
}

export const LIES = {
  'a line without an end': { begin: '+', goOn: 'A' },
  'an error without an end': { begin: '-', goOn: 'A' },
  'a value of 8 EB': { begin: '$9223372036854775807\r\n', goOn: 'A' },
  'a value of 1 GB': { begin: `$${1024 ** 3}\r\n`, goOn: 'A' },
  'four billion elements': { begin: '*4294967295\r\n', goOn: ':1\r\n' },
  'elements without an end': { begin: '*2147483647\r\n', goOn: '$0\r\n\r\n' },
  'arrays in arrays without an end': { begin: '', goOn: '*1\r\n' },
  'a thousand values of a megabyte': {
    large: true,
    begin: '*1000\r\n',
    goOn: `$${1024 ** 2}\r\n${'A'.repeat(1024 ** 2)}\r\n`,
  },
} as const satisfies Record<string, Lie>;

/** Stops a lie that nobody refuses. */
const MOST_BYTES = 400 * 1024 * 1024;
const PIECE_BYTES = 256 * 1024;

/** A server that answers as it is told, and lies where that says nothing. */
export interface LyingPeer {
  readonly url: string;
  readonly port: number;
  /** Of lies, so far. */
  readonly sentBytes: number;
  /** The words of every command that came. */
  readonly asked: string[][];
  stop(): Promise<void>;
}

/** @param answer the reply to a command; a lie where it is one, and silence where it is undefined */
export async function startLyingPeer(
  answer: (words: readonly string[]) => string | Lie | undefined,
): Promise<LyingPeer> {
  const sockets = new Set<Socket>();
  const asked: string[][] = [];
  let sentBytes = 0;
  const lie = async (socket: Socket, { begin, goOn }: Lie): Promise<void> => {
    socket.write(begin);
    const piece = Buffer.from(goOn.repeat(Math.ceil(PIECE_BYTES / goOn.length)));
    while (!socket.destroyed && sentBytes < MOST_BYTES) {
      sentBytes += piece.length;
      if (!socket.write(piece)) await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
      await sleep(0);
    }
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    let rest = '';
    let lying = false;
    socket.on('data', (chunk) => {
      rest += chunk.toString('latin1');
      for (let command = takeCommand(rest); command && !lying; command = takeCommand(rest)) {
        rest = rest.slice(command.length);
        asked.push(command.words);
        const reply = answer(command.words);
        lying = typeof reply === 'object';
        if (typeof reply === 'string') socket.write(reply);
        else if (reply) void lie(socket, reply);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    asked,
    get sentBytes() {
      return sentBytes;
    },
    stop: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

const once = (socket: Socket, event: string): Promise<void> =>
  new Promise((resolve) => socket.once(event, () => resolve()));
