import { Redis, type RedisOptions } from 'ioredis';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from './free-port.ts';
import { launch, type Launched, type LaunchPlan } from './redis-launch.ts';

const STOP_TIMEOUT_MS = 5_000;
const PORT_ATTEMPTS = 5;

/** The client's own options; how replies are mapped decides the client's type, and tests use the default. */
export type ClientOptions = Omit<RedisOptions, 'replyMapping'>;

export interface RedisServerOptions {
  /** The server program; by default `redis-server` on PATH. */
  readonly binary?: string;
  /** More of its command line, such as `['--databases', '32']`. */
  readonly args?: readonly string[];
  /** Its working folder, kept when it stops. By default a fresh one, removed when it stops. */
  readonly dir?: string;
  /** By default a free one. */
  readonly port?: number;
  readonly requirepass?: string;
}

/** A real server on 127.0.0.1, without persistence unless its arguments say otherwise. */
export interface RedisProcess {
  readonly port: number;
  /** `redis://…`, with the password if there is one. */
  readonly url: string;
  /** Changes with a restart. */
  readonly pid: number;
  readonly dir: string;
  /** All that the present process has printed. */
  readonly log: () => string;
  /** Sends a signal, SIGKILL by default; resolves when the process has ended, or at once if it only pauses. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Closes the clients, ends the process, and removes its folder if it was a fresh one. */
  stop(): Promise<void>;
  /** Ends the process, if it still runs, with SIGTERM and starts it again: same port, folder and arguments. */
  restart(): Promise<void>;
  /** A new client, closed by `stop`. */
  client(options?: ClientOptions): Redis;
}

/** Folders that are to be gone when this process is, whatever happens. */
const freshDirs = new Set<string>();
process.once('exit', () => {
  for (const dir of freshDirs) rmSync(dir, { recursive: true, force: true });
});

/** Starts a server and waits until it answers. Throws an Error with the server's log when it does not. */
export async function startRedis(options: RedisServerOptions = {}): Promise<RedisProcess> {
  const dir = options.dir ?? mkdtempSync(path.join(tmpdir(), 'lockstep-redis-'));
  if (options.dir === undefined) freshDirs.add(dir);
  const removeDir = (): void => {
    if (freshDirs.delete(dir)) rmSync(dir, { recursive: true, force: true });
  };
  try {
    const { plan, launched } = await launchOnFreePort(options, dir);
    return new RunningRedis(plan, launched, removeDir);
  } catch (error) {
    removeDir();
    throw error;
  }
}

/**
 * The path of another server build for a test that needs it, such as `serverBinary('6.2')` or `serverBinary('valkey-8.1')`: the
 * newest `redis-server-6.2.…` or `valkey-server-8.1.…` in the folder that LOCKSTEP_TEST_SERVERS names. undefined where there is
 * none; such a test is skipped, visibly: `test.skipIf(!serverBinary('6.2'))('…', …)`.
 */
export function serverBinary(series: string): string | undefined {
  const folder = process.env['LOCKSTEP_TEST_SERVERS'];
  if (!folder || !existsSync(folder)) return undefined;
  const [, product = 'redis', number = series] = /^([a-z]+)-(.+)$/.exec(series) ?? [];
  const prefix = `${product}-server-${number}.`;
  const patch = (name: string): number => Number.parseInt(name.slice(prefix.length), 10);
  const found = readdirSync(folder).filter((name) => name.startsWith(prefix));
  const [newest] = found.sort((a, b) => patch(b) - patch(a));
  return newest === undefined ? undefined : path.join(folder, newest);
}

/** Another process may take a free port before the server does; then the next one is tried. */
async function launchOnFreePort(
  options: RedisServerOptions,
  dir: string,
): Promise<{ plan: LaunchPlan; launched: Launched }> {
  for (let attempt = 1; ; attempt += 1) {
    const plan: LaunchPlan = {
      binary: options.binary ?? 'redis-server',
      port: options.port ?? (await freePort()),
      dir,
      args: options.args ?? [],
      password: options.requirepass,
    };
    try {
      return { plan, launched: await launch(plan) };
    } catch (error) {
      const taken = error instanceof Error && error.message.includes('Address already in use');
      if (!taken || options.port !== undefined || attempt === PORT_ATTEMPTS) throw error;
    }
  }
}

class RunningRedis implements RedisProcess {
  readonly #plan: LaunchPlan;
  readonly #cleanUp: () => void;
  readonly #clients = new Set<Redis>();
  #launched: Launched;

  constructor(plan: LaunchPlan, launched: Launched, cleanUp: () => void) {
    this.#plan = plan;
    this.#launched = launched;
    this.#cleanUp = cleanUp;
  }

  get port(): number {
    return this.#plan.port;
  }

  get dir(): string {
    return this.#plan.dir;
  }

  get pid(): number {
    return this.#launched.pid;
  }

  get url(): string {
    const { password, port } = this.#plan;
    return `redis://${password === undefined ? '' : `:${encodeURIComponent(password)}@`}127.0.0.1:${port}`;
  }

  readonly log = (): string => this.#launched.log();

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.#launched.child.kill(signal);
    if (signal !== 'SIGSTOP' && signal !== 'SIGCONT') await this.#launched.exited;
  }

  async restart(): Promise<void> {
    await this.#end();
    this.#launched = await launch(this.#plan);
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.disconnect();
    this.#clients.clear();
    await this.#end();
    this.#cleanUp();
  }

  client(options: ClientOptions = {}): Redis {
    const { port, password } = this.#plan;
    const secret = password === undefined ? {} : { password };
    const client = new Redis(port, '127.0.0.1', { ...secret, ...options });
    // A server that is killed on purpose is no news; commands still reject.
    client.on('error', () => {});
    this.#clients.add(client);
    return client;
  }

  async #end(): Promise<void> {
    const { child, exited } = this.#launched;
    child.kill('SIGTERM');
    const lastResort = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await exited;
    clearTimeout(lastResort);
  }
}
