import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { runOwnCheck } from '../../../../electron/backend/rehearsals/own-check.ts';

const never = new AbortController().signal;
const run = (check: string, mostMs = 20_000) => runOwnCheck(check, mostMs, never);

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

describe("a user's own check", () => {
  test.skipIf(process.platform === 'win32').each([
    ['exit 0', { status: 0, passed: true }],
    ['exit 3', { status: 3, passed: false }],
    ['test -z "$LOCKSTEP_TARGET_PASSWORD"', { status: 0, passed: true }],
  ])('of a command: %s', async (check, expected) => {
    process.env['LOCKSTEP_TARGET_PASSWORD'] = 'secret';
    onTestFinished(() => void delete process.env['LOCKSTEP_TARGET_PASSWORD']);
    expect(await run(check)).toMatchObject(expected);
  });

  test.skipIf(process.platform === 'win32')('that does not end is ended as failed', async () => {
    const { status, passed, tookMs } = await run('sleep 60', 200);
    expect([status, passed]).toEqual([null, false]);
    expect(tookMs).toBeLessThan(20_000);
  });

  test('of an address passes where it is well', async () => {
    const port = await listening(
      createHttpServer((request, answer) => {
        answer.statusCode = request.url === '/ok' ? 204 : 503;
        answer.end();
      }),
    );
    expect(await run(`http://127.0.0.1:${port}/ok`)).toMatchObject({ status: 204, passed: true });
    expect(await run(`http://127.0.0.1:${port}/ill`)).toMatchObject({ status: 503, passed: false });
  });

  test('of a port passes where somebody listens', async () => {
    const port = await listening(createServer((socket) => socket.end()));
    expect(await run(`tcp://127.0.0.1:${port}`)).toMatchObject({ status: 0, passed: true });
    expect(await run('tcp://127.0.0.1:1')).toMatchObject({ status: null, passed: false });
  });
});
