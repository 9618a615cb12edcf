import { connect, createServer, type Server, type Socket } from 'node:net';
import { freePort } from './free-port.ts';

/** The way to a server on this machine, which can be shut, as if the server were away for whoever comes this way, and opened again. */
export class Gate {
  readonly port: number;
  private readonly to: number;
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;

  private constructor(port: number, to: number) {
    this.port = port;
    this.to = to;
  }

  static async to(serverPort: number): Promise<Gate> {
    const gate = new Gate(await freePort(), serverPort);
    await gate.open();
    return gate;
  }

  /** Connections break, and further ones are refused. */
  async shut(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    const closed = new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  async open(): Promise<void> {
    if (this.server) return;
    const server = (this.server = createServer((client) => this.join(client, connect(this.to, '127.0.0.1'))));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.port, '127.0.0.1', resolve);
    });
  }

  private join(client: Socket, upstream: Socket): void {
    const end = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      this.sockets.add(socket);
      socket.on('error', end);
      socket.on('close', () => {
        this.sockets.delete(socket);
        end();
      });
    }
    client.pipe(upstream);
    upstream.pipe(client);
  }
}
