import { createServer, type Server, type Socket } from 'node:net';
import { takeCommand } from './take-command.ts';

const REPLID = '0123456789abcdef0123456789abcdef01234567';

const infoOf = (version: string): string =>
  [
    `redis_version:${version}`,
    'redis_mode:standalone',
    'run_id:fedcba9876543210fedcba9876543210fedcba98',
    'role:master',
    `master_replid:${REPLID}`,
    'master_repl_offset:0',
    'loading:0',
    'cluster_enabled:0',
    'db0:keys=1,expires=0,avg_ttl=0',
  ].join('\r\n');

/** A server that goes through the handshake of a Redis and then sends what a test wants it to. */
export interface FakeSource {
  readonly port: number;
  readonly url: string;
  /** What follows the answer to PSYNC; taken anew for each connection. */
  payload: Buffer;
  /** The answer to PSYNC. */
  answer: string;
  /** Closes the connection behind the payload instead of going on as a stream. */
  hangUp: boolean;
  /** What follows an answer that is no FULLRESYNC. */
  resumed: Buffer;
  /** What INFO says. */
  version: string;
  /** PSYNCs so far. */
  readonly asked: number;
  stop(): Promise<void>;
}

const bulkOf = (text: string): string => `$${text.length}\r\n${text}\r\n`;

/** `$<length>` and the file, as a source sends its snapshot from disk. */
export const framed = (rdb: Buffer): Buffer => Buffer.concat([Buffer.from(`$${rdb.length}\r\n`), rdb]);

export async function startFakeSource(payload: Buffer): Promise<FakeSource> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    let rest = '';
    socket.on('data', (chunk) => {
      rest += chunk.toString('latin1');
      for (let command = takeCommand(rest); command; command = takeCommand(rest)) {
        rest = rest.slice(command.length);
        answer(socket, command.words);
      }
    });
  });
  let asked = 0;
  const answer = (socket: Socket, words: readonly string[]): void => {
    const name = words[0]!.toUpperCase();
    if (name === 'PING') socket.write('+PONG\r\n');
    else if (name === 'INFO') socket.write(bulkOf(infoOf(fake.version)));
    else if (name === 'MODULE' || name === 'COMMAND') socket.write('*0\r\n');
    else if (name === 'PSYNC') {
      asked += 1;
      socket.write(`${fake.answer}\r\n`);
      socket.write(fake.answer.startsWith('+FULLRESYNC') ? fake.payload : fake.resumed);
      if (fake.hangUp) socket.end();
    } else if (name !== 'REPLCONF' || words[1]?.toUpperCase() !== 'ACK') socket.write('+OK\r\n');
  };
  await listening(server);
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP address');
  const fake: FakeSource = {
    port: address.port,
    url: `redis://127.0.0.1:${address.port}`,
    payload,
    answer: `+FULLRESYNC ${REPLID} 0`,
    hangUp: false,
    resumed: Buffer.alloc(0),
    version: '7.0.15',
    get asked() {
      return asked;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  return fake;
}

function listening(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
}
