import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { connectorIn } from '../../../../electron/engine/control/world-connector.ts';
import { systemWorld } from '../../../../electron/engine/world/system-world.ts';
import { parseEndpoint } from '../../../../shared/model/endpoint.ts';

it('ends a connection once, however often it is told to while nothing better is there', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  let timers = 0;
  const clock = {
    ...systemWorld.clock,
    setTimeout: (run: () => void, waitMs: number) => {
      timers += 1;
      return systemWorld.clock.setTimeout(run, waitMs);
    },
  };
  const Connector = connectorIn(
    { ...systemWorld, clock },
    'source',
    parseEndpoint(`redis://127.0.0.1:${port}`),
  );
  const connector = new Connector({});
  const socket = (await connector.connect(() => undefined)) as Socket;
  await once(socket, 'connect');
  const before = socket.listenerCount('close');
  const closed = once(socket, 'close');
  for (let i = 0; i < 20; i++) connector.disconnect();
  await closed;
  for (let i = 0; i < 20; i++) connector.disconnect();
  expect(timers).toBe(1);
  expect(socket.listenerCount('close') - before).toBeLessThanOrEqual(1);
  server.close();
});
