import { bridgeTransport } from '../../shared/contract/bridge-transport.ts';
import type { ClientTransport } from '../../shared/contract/frames.ts';
import { PAGE_KEY_HEADER, SESSION_PATH, SOCKET_PROTOCOL } from '../../shared/contract/page-key.ts';
import { SOCKET_PATH, socketTransport } from '../../shared/contract/socket-transport.ts';
import type { WindowBridge } from '../../shared/window-bridge.ts';
import { borrowKey, keepKey, pageKey } from './page-key.ts';

declare global {
  interface Window {
    readonly lockstep?: WindowBridge;
  }
}

/** The way to the application: through the preload in its own window, and in a browser to the host of this page. */
export function openTransport(): ClientTransport {
  return window.lockstep
    ? bridgeTransport(window.lockstep)
    : socketTransport(new WebSocket(socketUrl(window.location), [SOCKET_PROTOCOL, pageKey() || NO_KEY]));
}

export const socketUrl = ({ protocol, host }: Pick<Location, 'protocol' | 'host'>): string =>
  `${protocol === 'https:' ? 'wss:' : 'ws:'}//${host}${SOCKET_PATH}`;

/** Whether the host is there and asks for a new link: one that was started anew knows no browser of before. */
export async function isShutOut(): Promise<boolean> {
  if (window.lockstep) return false;
  // A socket that is refused does not tell its page why.
  if (await isAdmitted(pageKey())) return false;
  // Another page of this browser may have been let in since.
  const borrowed = await borrowKey();
  if (borrowed === undefined || !(await isAdmitted(borrowed))) return true;
  keepKey(borrowed);
  return false;
}

/** Signs this browser out of the host; its pages are told by their sockets, which close. @throws where there is no host */
export async function signOut(): Promise<void> {
  await askSession('DELETE', pageKey());
}

const isAdmitted = async (key: string): Promise<boolean> => (await askSession('GET', key)) !== UNAUTHORIZED;

async function askSession(method: 'GET' | 'DELETE', key: string): Promise<number> {
  const headers = { [PAGE_KEY_HEADER]: key };
  return (await fetch(SESSION_PATH, { method, cache: 'no-store', headers })).status;
}

const UNAUTHORIZED = 401;
/** A protocol's name cannot be empty. */
const NO_KEY = 'none';
