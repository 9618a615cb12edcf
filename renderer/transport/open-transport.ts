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

/** Whether the host is there and asks for a new link: one that was started anew knows no browser of before. */
export async function isShutOut(): Promise<boolean> {
  if (window.lockstep) return false;
  // A socket that is refused does not tell its page why.
  const { status } = await fetch('/', { method: 'HEAD', cache: 'no-store' });
  return status === UNAUTHORIZED;
}

const UNAUTHORIZED = 401;
