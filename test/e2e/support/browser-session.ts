import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { WebSocket } from 'ws';
import { createClient, type Client } from '../../../shared/contract/client.ts';
import { PAGE_KEY_NAME, SOCKET_PROTOCOL } from '../../../shared/contract/page-key.ts';
import { SOCKET_PATH, socketTransport } from '../../../shared/contract/socket-transport.ts';
import { freePort } from '../../support/free-port.ts';
import { followLink, openInChromium, startBrowserHost, type BrowserHost } from './browser-host.ts';

/** One step of a page on a busy machine. */
const STEP_MS = 20_000;

/** A browser host on one port and one data folder, a page at it, and a client beside the page for what is not looked at. */
export interface BrowserSession {
  readonly page: Page;
  /** What the page complained of so far. */
  readonly faults: readonly string[];
  readonly dataDir: string;
  readonly host: BrowserHost;
  /** Asks as the page does, in the same browser session; another one after each start of the host. */
  client(): Promise<Client>;
  /** Ends the host under the page, as Ctrl-C does. */
  stopHost(): Promise<void>;
  /** Starts it again: same port, same data. */
  startHost(): Promise<void>;
  /** Leaves the page, ends the host and starts it, and opens the new link; `between` runs while there is no host. */
  restart(between?: () => void | Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** `prepare` fills the data folder before the host reads it. */
export async function openSession(
  prepare: (dataDir: string) => void = () => undefined,
): Promise<BrowserSession> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'lockstep-session-'));
  prepare(dataDir);
  const args = ['--port', String(await freePort())];
  let host = await startBrowserHost({ dataDir, args });
  const { page, context, faults, close } = await openInChromium(host.link);
  page.setDefaultTimeout(STEP_MS);
  let client: Client | undefined;
  const stopHost = async (): Promise<void> => {
    client?.close();
    client = undefined;
    await host.stop();
  };
  const startHost = async (): Promise<void> => {
    host = await startBrowserHost({ dataDir, args });
  };
  return {
    page,
    faults,
    dataDir,
    get host() {
      return host;
    },
    client: async () => {
      if (client) return client;
      const { origin, host: authority } = new URL(host.link);
      const cookies = await context.cookies(origin);
      const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
      const key = await page.evaluate((name) => sessionStorage.getItem(name), PAGE_KEY_NAME);
      const protocols = [SOCKET_PROTOCOL, String(key)];
      client = createClient(
        socketTransport(
          new WebSocket(`ws://${authority}${SOCKET_PATH}`, protocols, { origin, headers: { cookie } }),
        ),
      );
      return client;
    },
    stopHost,
    startHost,
    restart: async (between) => {
      await page.goto('about:blank');
      await stopHost();
      await between?.();
      await startHost();
      await followLink(page, host.link);
    },
    close: async () => {
      await close();
      await stopHost();
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
