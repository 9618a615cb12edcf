import { connect, createServer, type Socket } from 'node:net';
import { freePort } from './free-port.ts';

/** What is to become of a piece of what the client sends: it is passed on once this has resolved to true. */
export type Intercept = (text: string, from: Socket) => boolean | Promise<boolean>;

/** Lies between a client and a server on this machine, for faults at a chosen command. */
export interface TcpProxy {
  readonly url: string;
  /** Asked about each piece, in order within a connection. */
  intercept: Intercept;
  /** What of an answer comes back, piece by piece. */
  rewrite: (answer: Buffer) => Buffer;
  /** To these clients no answer comes back. */
  readonly mute: Set<Socket>;
  /** How long each piece of an answer is on its way; is made longer alone, so that they keep their order. */
  lateMs: number;
  stop(): Promise<void>;
}

export async function startTcpProxy(serverPort: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(serverPort, '127.0.0.1');
    const end = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', end);
      socket.on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    const answer = (chunk: Buffer): void => {
      if (!proxy.mute.has(client) && !client.destroyed) client.write(proxy.rewrite(chunk));
    };
    upstream.on('data', (chunk) => {
      if (proxy.lateMs === 0) answer(chunk);
      else setTimeout(answer, proxy.lateMs, chunk);
    });
    const pass = async (chunk: Buffer, before: Promise<void>): Promise<void> => {
      await before;
      const wanted = await proxy.intercept(chunk.toString('latin1'), client);
      if (wanted && !upstream.destroyed) upstream.write(chunk);
    };
    let turn = Promise.resolve();
    client.on('data', (chunk) => {
      turn = pass(chunk, turn);
    });
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const proxy: TcpProxy = {
    url: `redis://127.0.0.1:${port}`,
    intercept: () => true,
    rewrite: (answer) => answer,
    mute: new Set(),
    lateMs: 0,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
  return proxy;
}
