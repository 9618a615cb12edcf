import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { runEngine } from '../../../electron/engine/engine.ts';
import type { HostPort } from '../../../electron/engine/port.ts';
import type { EngineEvent } from '../../../shared/contract/engine-messages.ts';
import { systemWorld } from '../../../electron/engine/world/system-world.ts';

let server: Server | undefined;
afterEach(() => server?.close());

/** A server that answers everything with one line. */
async function answering(line: string): Promise<number> {
  server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () => socket.write(`${line}\r\n`));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

it('tells nothing of a server that could steer a terminal or turn a line of the page round', async () => {
  const told: EngineEvent[] = [];
  let command: (message: unknown) => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    const port: HostPort = {
      send: (message) => void told.push(message as EngineEvent),
      onMessage: (listener) => (command = listener),
      onClose: () => undefined,
      flushed: () => new Promise(() => resolve()),
    };
    runEngine(port, systemWorld);
  });
  const port = await answering('-ERR \u001b[2J\u001b[31mgone\u202e');
  command({ type: 'inspect', side: 'source', endpoint: { host: '127.0.0.1', port, db: 0, tls: false } });
  await vi.waitFor(() => expect(told.some(({ type }) => type === 'failed')).toBe(true), 20_000);
  await ended;

  const failed = JSON.stringify(told.find(({ type }) => type === 'failed'));
  expect(failed).toContain('\\\\x1b[2J\\\\x1b[31mgone\\\\u202e');
  expect(failed).not.toMatch(/\u001b|\u202e|\\u001b/);
});
