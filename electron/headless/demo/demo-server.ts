import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { Endpoint } from '../../../shared/model/endpoint.ts';
import { openControl } from '../../engine/control/control-connection.ts';
import { localEndpoint } from '../demo-data/local-endpoint.ts';

const START_TIMEOUT_MS = 10_000;
const POLL_MS = 25;

/** A real redis-server of our own on a free loopback port, without persistence, in a temporary folder. */
export class DemoServer {
  readonly endpoint: Endpoint;
  private readonly child: ChildProcess;
  private readonly dir: string;

  private constructor(child: ChildProcess, dir: string, port: number) {
    this.child = child;
    this.dir = dir;
    this.endpoint = localEndpoint(port);
  }

  /** @throws LockstepError USAGE when there is no redis-server on PATH */
  static async start(): Promise<DemoServer> {
    const port = await freePort();
    const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'lockstep-demo-'));
    const args = [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
      '--dir',
      dir,
    ];
    const child = spawn(
      'redis-server',
      [...args, '--repl-diskless-sync', 'yes', '--repl-diskless-sync-delay', '0'],
      { stdio: 'ignore' },
    );
    const server = new DemoServer(child, dir, port);
    process.once('exit', () => server.kill());
    await server.ready();
    return server;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    if (this.child.exitCode === null) {
      this.kill();
      await ended;
    }
    fs.rmSync(this.dir, { recursive: true, force: true });
  }

  private async ready(): Promise<void> {
    const deadline = Date.now() + START_TIMEOUT_MS;
    let failure: Error | undefined;
    this.child.once('error', (error) => (failure = error));
    for (;;) {
      if (failure)
        throw new LockstepError(
          'USAGE',
          'the demonstration needs redis-server on PATH; install the package redis-server',
        );
      try {
        (await openControl('source', this.endpoint)).disconnect();
        return;
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    }
  }

  private kill(): void {
    this.child.kill('SIGKILL');
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
