import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { localEndpoint } from '../../electron/headless/demo-data/local-endpoint.ts';
import type { Endpoint } from '../../shared/model/endpoint.ts';
import { takeCommand } from './take-command.ts';

/** A server in this process, for states and answers that a real one cannot be brought to in a moment. */
export interface AnsweringServer {
  readonly endpoint: Endpoint;
  /** Every command that has come, as words. */
  readonly asked: readonly string[];
  /** Connections that have come so far. */
  readonly connections: number;
  /** Breaks every connection that is open. */
  breakAll(): void;
  stop(): Promise<void>;
}

export const bulk = (text: string): string => `$${Buffer.byteLength(text)}\r\n${text}\r\n`;

/** @param answer the whole reply to a command; undefined answers nothing at all */
export async function startAnswering(
  answer: (words: readonly string[]) => string | undefined,
): Promise<AnsweringServer> {
  const sockets = new Set<Socket>();
  const asked: string[] = [];
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    let unread = '';
    socket.on('data', (chunk) => {
      unread += chunk.toString('latin1');
      for (let command; (command = takeCommand(unread)); unread = unread.slice(command.length)) {
        asked.push(command.words.join(' '));
        const reply = answer(command.words);
        if (reply !== undefined) socket.write(reply);
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const breakAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    endpoint: localEndpoint((server.address() as AddressInfo).port),
    asked,
    get connections() {
      return connections;
    },
    breakAll,
    stop() {
      breakAll();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
