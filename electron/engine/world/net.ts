import type net from 'node:net';
import type tls from 'node:tls';

/** How the engine comes to its sockets. They connect by themselves, and tell so by their events. */
export interface Net {
  connect(options: net.TcpNetConnectOpts): net.Socket;
  connectTls(options: tls.ConnectionOptions): tls.TLSSocket;
}
