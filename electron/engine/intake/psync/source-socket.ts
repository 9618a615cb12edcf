import type net from 'node:net';
import type { Endpoint } from '../../../../shared/model/endpoint.ts';
import { tlsConnectOptions } from '../../protocol/tls-connect-options.ts';
import type { Net } from '../../world/net.ts';

export interface SourceSocketEvents {
  readonly onOpen: () => void;
  /** Where the next bytes are to be put (without TLS, where the socket reads in place). */
  readonly readBuffer: () => Buffer;
  /** The first `bytes` of buf have come. False pauses the socket until `resume`. */
  readonly onRead: (bytes: number, buf: Buffer) => boolean;
}

/** Opens a socket to a source. Without TLS it reads straight into the buffers it is given. */
export function openSourceSocket(world: Net, endpoint: Endpoint, events: SourceSocketEvents): net.Socket {
  const { host, port } = endpoint;
  if (!endpoint.tls) {
    const { readBuffer, onRead } = events;
    const onread: net.OnReadOpts = {
      buffer: readBuffer,
      callback: (bytes, buf) => onRead(bytes, buf as Buffer),
    };
    return world.connect({ host, port, onread }).on('connect', events.onOpen);
  }
  const socket = world.connectTls({ host, port, ...tlsConnectOptions('source', endpoint) });
  socket.on('secureConnect', events.onOpen);
  socket.on('data', (chunk: Buffer) => {
    if (!events.onRead(chunk.length, chunk)) socket.pause();
  });
  return socket;
}
