import type { Socket } from 'node:net';
import { AbstractConnector } from 'ioredis';
import type { Endpoint } from '../../../shared/model/endpoint.ts';
import { tlsConnectOptions } from '../protocol/tls-connect-options.ts';
import type { World } from '../world/world.ts';
import type { Side } from './tls-mismatch.ts';

/** How long the process stays for a connection that never was one. */
const DISCONNECT_TIMEOUT_MS = 200;
/** As the client library closes one that was ended before it was made. */
const CLOSED = 'Connection is closed.';

type ConnectorMaker = new (options: unknown) => AbstractConnector;

/** What the client library makes its connections with: the world's sockets, ended by the world's clock. */
export function connectorIn({ clock, net }: World, side: Side, endpoint: Endpoint): ConnectorMaker {
  const { host, port } = endpoint;
  return class WorldConnector extends AbstractConnector {
    private socket: Socket | undefined;
    private ended = false;

    constructor() {
      super(DISCONNECT_TIMEOUT_MS);
    }

    override async connect(): Promise<Socket> {
      this.connecting = true;
      // The library ends a connection that it wanted and does not want any more in the same turn.
      await new Promise<void>((resolve) => process.nextTick(resolve));
      if (!this.connecting) throw new Error(CLOSED);
      const socket = endpoint.tls
        ? net.connectTls({ host, port, ...tlsConnectOptions(side, endpoint) })
        : net.connect({ host, port });
      this.socket = socket;
      this.ended = false;
      socket.once('error', (error) => (this.firstError = error));
      return socket;
    }

    override disconnect(): void {
      this.connecting = false;
      const { socket } = this;
      // Whoever waits for a better connection tells this one again and again that it is wanted no more.
      if (!socket || this.ended) return;
      this.ended = true;
      const timer = clock.setTimeout(() => socket.destroy(), DISCONNECT_TIMEOUT_MS);
      socket.once('close', () => clock.clear(timer));
      socket.end();
    }
  };
}
