import path from 'node:path';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe } from 'vitest';
import { WebSocket } from 'ws';
import { SOCKET_PROTOCOL } from '../../shared/contract/page-key.ts';
import { SOCKET_PATH, socketTransport } from '../../shared/contract/socket-transport.ts';
import { serveConnection, type Connection } from '../../electron/backend/connection.ts';
import { startBrowserHost, type BrowserHost } from '../../electron/headless/serve/browser-host.ts';
import { HostToken } from '../../electron/headless/serve/host-token.ts';
import { FixtureApi } from '../support/contract/fixture-api.ts';
import { inProcessPair } from '../support/contract/in-process.ts';
import { contractSuite, remembering } from '../support/contract/suite.ts';
import { openLink, type LetIn } from '../support/serve-run.ts';

const reportFault = (): void => undefined;

describe('within one process', () => {
  const api = new FixtureApi();
  const connections: Connection[] = [];
  api.endConnections = () => {
    for (const connection of connections.splice(0)) connection.close();
  };

  contractSuite(async () => {
    const { page, host } = inProcessPair();
    connections.push(serveConnection(api, host, { reportFault }));
    return remembering(page);
  });
});

describe('over a WebSocket', () => {
  const api = new FixtureApi();
  const pageFolder = mkdtempSync(path.join(tmpdir(), 'lockstep-page-'));
  let host: BrowserHost;
  let letIn: LetIn;

  async function start(): Promise<void> {
    const token = new HostToken();
    const measured = { version: '1.2.3', tasks: async () => [] };
    const options = { address: '127.0.0.1', ports: [0], token, measured, reportFault };
    host = await startBrowserHost({ api, pageFolder, ...options });
    letIn = await openLink(host.newLink());
  }
  let started: Promise<void>;

  beforeAll(() => {
    writeFileSync(path.join(pageFolder, 'index.html'), '<!doctype html>');
    started = start();
    api.endConnections = () => (started = host.close().then(start));
  });

  afterAll(async () => {
    await host.close();
    rmSync(pageFolder, { recursive: true });
  });

  contractSuite(async () => {
    await started;
    const authority = `127.0.0.1:${host.port}`;
    const protocols = [SOCKET_PROTOCOL, letIn.key];
    const socket = new WebSocket(`ws://${authority}${SOCKET_PATH}`, protocols, {
      headers: { Cookie: letIn.cookie, Origin: `http://${authority}` },
    });
    // As in a browser, an error is followed by a close.
    socket.on('error', () => undefined);
    return remembering(socketTransport(socket));
  });
});
