import { bridgeTransport } from '../../shared/contract/bridge-transport.ts';
import type { ClientTransport } from '../../shared/contract/frames.ts';
import { SOCKET_PATH, socketTransport } from '../../shared/contract/socket-transport.ts';
import type { WindowBridge } from '../../shared/window-bridge.ts';

declare global {
  interface Window {
    readonly lockstep?: WindowBridge;
  }
}

/** The way to the application: through the preload in its own window, and in a browser to the host of this page. */
export function openTransport(): ClientTransport {
  return window.lockstep
    ? bridgeTransport(window.lockstep)
    : socketTransport(new WebSocket(socketUrl(window.location)));
}

export const socketUrl = ({ protocol, host }: Pick<Location, 'protocol' | 'host'>): string =>
  `${protocol === 'https:' ? 'wss:' : 'ws:'}//${host}${SOCKET_PATH}`;
