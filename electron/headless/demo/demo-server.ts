import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { Endpoint } from '../../../shared/model/endpoint.ts';
import { openControl } from '../../engine/control/control-connection.ts';
import { localEndpoint } from '../demo-data/local-endpoint.ts';
import { LastWill } from './last-will.ts';
import { systemWorld } from '../../engine/world/system-world.ts';

const START_TIMEOUT_MS = 10_000;
const POLL_MS = 25;

/**
 * A real redis-server of our own on a free loopback port, without persistence, in a temporary folder of its owner alone. It ends
 * with this process, and its folder goes with it.
 */
export class DemoServer {
  readonly endpoint: Endpoint;
  private readonly child: ChildProcess;
  private readonly dir: string;
  private readonly lastWill: LastWill | undefined;
  private readonly exited: Promise<void>;
  private failure: Error | undefined;
  private ended = false;

  private constructor(child: ChildProcess, dir: string, port: number) {
    this.child = child;
    this.dir = dir;
    this.endpoint = localEndpoint(port);
    this.lastWill = child.pid === undefined ? undefined : new LastWill(child.pid, dir);
    this.exited = new Promise((resolve) => {
      const onEnd = (): void => {
        this.ended = true;
        this.lastWill?.revoke();
        resolve();
      };
      child.once('exit', onEnd);
      child.once('error', (error) => {
        this.failure = error;
        onEnd();
      });
    });
  }

  /** `more`: of its command line. @throws LockstepError USAGE when there is no redis-server on PATH */
  static async start(more: readonly string[] = []): Promise<DemoServer> {
    const port = await freePort();
    const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'lockstep-demo-'));
    const server = new DemoServer(
      spawn('redis-server', [...options(port, dir), ...more], { stdio: 'ignore' }),
      dir,
      port,
    );
    try {
      await server.ready();
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** Calls the listener when the server has ended, in whatever way. */
  onExit(listener: () => void): void {
    void this.exited.then(listener);
  }

  async stop(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
    fs.rmSync(this.dir, { recursive: true, force: true });
  }

  private async ready(): Promise<void> {
    const deadline = Date.now() + START_TIMEOUT_MS;
    for (;;) {
      if (this.failure)
        throw new LockstepError(
          'USAGE',
          'the demonstration needs redis-server on PATH; install the package redis-server',
        );
      if (this.ended) throw new LockstepError('INTERNAL', 'redis-server ended before it could be reached');
      try {
        const redis = await openControl(systemWorld, 'source', this.endpoint);
        const info = await redis.info('server').finally(() => redis.disconnect());
        // Another server may have taken the port first; ours ends then.
        if (info.includes(`process_id:${this.child.pid}\r`)) return;
        throw new LockstepError('INTERNAL', 'another server answers on the port of the demonstration');
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    }
  }
}

function options(port: number, dir: string): string[] {
  const own = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir];
  const withoutFiles = ['--save', '', '--appendonly', 'no', '--repl-diskless-sync', 'yes'];
  return [...own, ...withoutFiles, '--repl-diskless-sync-delay', '0'];
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
