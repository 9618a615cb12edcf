import { expect, it } from 'vitest';
import { socketUrl } from '../../../../renderer/transport/open-transport.ts';
import { SOCKET_PATH } from '../../../../shared/contract/socket-transport.ts';

it('the socket belongs to the host of the page', () => {
  expect(socketUrl({ protocol: 'http:', host: '127.0.0.1:7300' })).toBe(`ws://127.0.0.1:7300${SOCKET_PATH}`);
  expect(socketUrl({ protocol: 'https:', host: 'ops.example' })).toBe(`wss://ops.example${SOCKET_PATH}`);
});
