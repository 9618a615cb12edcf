import type { Redis } from 'ioredis';
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis as Client } from 'ioredis';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';
import { guardProcess, releaseProcess } from './process-guard.ts';
import { type TlsAuthority } from './tls-authority.ts';
import { startRedis, type RedisProcess, type RedisServerOptions } from './redis-server.ts';
import { replicating } from './replicating.ts';

export interface SentinelsOptions {
  /** What they call the primary. */
  readonly name?: string;
  readonly count?: number;
  /** Of the Sentinels. */
  readonly password?: string;
  /** Of the servers. */
  readonly requirepass?: string;
  /** More of each server's command line. */
  readonly args?: readonly string[];
  /** Servers and Sentinels speak TLS to each other, and listen for it on ports of their own. */
  readonly tls?: TlsAuthority;
  readonly downAfterMs?: number;
}

export interface SentinelProcess {
  readonly port: number;
  readonly log: () => string;
  kill(signal?: NodeJS.Signals): Promise<void>;
  client(): Redis;
}

/** A primary and a replica, watched by Sentinels that fail over within about two seconds. */
export interface Watched {
  readonly name: string;
  readonly servers: readonly [RedisProcess, RedisProcess];
  readonly sentinels: readonly SentinelProcess[];
  /** `redis-sentinel://…/name`, with the password of the servers. */
  readonly url: string;
  /** The server that the Sentinels name now. */
  primary(): Promise<RedisProcess>;
  /** Orders a failover, or waits for the one that a dead primary brings, until every Sentinel names the other server. */
  failover(from: RedisProcess, order?: boolean): Promise<RedisProcess>;
  stop(): Promise<void>;
}

/** Starts them and waits until the replica gets the stream and every Sentinel knows the others and the replica. */
export async function startWatched(options: SentinelsOptions = {}): Promise<Watched> {
  const { name = 'mymaster', count = 3, password, requirepass, args = [] } = options;
  const dir = mkdtempSync(path.join(tmpdir(), 'lockstep-sentinel-'));
  const secret: RedisServerOptions = requirepass === undefined ? {} : { requirepass };
  const auth = requirepass === undefined ? [] : ['--masterauth', requirepass];
  const tlsArgs = (port: number): string[] =>
    options.tls ? [...options.tls.serverArgs(port), '--tls-replication', 'yes'] : [];
  // The servers' first, then those of the Sentinels.
  const tlsPorts = options.tls ? await Promise.all(Array.from({ length: 2 + count }, freePort)) : [];
  const first = await startRedis({ ...secret, args: [...auth, ...tlsArgs(tlsPorts[0] ?? 0), ...args] });
  const primaryPort = tlsPorts[0] ?? first.port;
  const second = await startRedis({
    ...secret,
    args: [
      ...auth,
      ...tlsArgs(tlsPorts[1] ?? 0),
      ...['--replicaof', '127.0.0.1', String(primaryPort)],
      ...args,
    ],
  });
  const ports = await Promise.all(Array.from({ length: count }, freePort));
  const shown = options.tls ? tlsPorts.slice(2) : ports;
  const sentinels = ports.map((port, i) =>
    startSentinel(dir, port, ports, { ...options, name }, tlsArgs(tlsPorts[2 + i] ?? 0)),
  );
  const login = requirepass === undefined ? '' : `:${encodeURIComponent(requirepass)}@`;
  const watched: Watched = {
    name,
    servers: [first, second],
    sentinels,
    url: `${options.tls ? 'rediss' : 'redis'}-sentinel://${login}${shown.map((port) => `127.0.0.1:${port}`).join(',')}/${name}`,
    primary: async () => {
      const named = await namedBy(
        sentinels.find(({ port }) => port === ports[0])!,
        name,
      );
      return named === primaryPort ? first : second;
    },
    failover: async (from, order = true) => {
      const to = from === first ? second : first;
      if (order) await sentinels[0]!.client().call('SENTINEL', 'FAILOVER', name);
      await eventually('every Sentinel names the other server', async () => {
        const named = await Promise.all(sentinels.map((one) => namedBy(one, name)));
        return named.every((port) => port === to.port || port === undefined);
      });
      return to;
    },
    stop: async () => {
      await Promise.all(sentinels.map((one) => one.kill()));
      await Promise.all([first.stop(), second.stop()]);
      rmSync(dir, { recursive: true, force: true });
    },
  };
  try {
    await replicating(first.client(), 1);
    await eventually('the Sentinels know each other and the replica', settled);
  } catch (error) {
    await watched.stop();
    throw new Error(sentinels.map((one) => one.log()).join('\n'), { cause: error });
  }
  return watched;

  async function settled(): Promise<boolean> {
    const known = await Promise.all(
      sentinels.map(async (one) => {
        const quorum = await one.client().call('SENTINEL', 'CKQUORUM', name).catch(String);
        const replicas = (await one
          .client()
          .call('SENTINEL', 'REPLICAS', name)
          .catch(() => [])) as string[][];
        const flags = replicas.map((fields) => fields[fields.indexOf('flags') + 1]);
        return String(quorum).startsWith(`OK ${count} `) && flags.includes('slave');
      }),
    );
    return known.every(Boolean);
  }

  function startSentinel(
    folder: string,
    port: number,
    all: readonly number[],
    { downAfterMs = 1000 }: SentinelsOptions,
    tls: readonly string[],
  ): SentinelProcess {
    const idOf = (of: number): string => createHash('sha1').update(`sentinel ${of}`).digest('hex');
    const conf = path.join(folder, `${port}.conf`);
    const others = all.filter((one) => one !== port);
    writeFileSync(
      conf,
      [
        `port ${port}`,
        'bind 127.0.0.1',
        `dir ${folder}`,
        `sentinel myid ${idOf(port)}`,
        `sentinel monitor ${name} 127.0.0.1 ${primaryPort} ${Math.floor(all.length / 2) + 1}`,
        `sentinel down-after-milliseconds ${name} ${downAfterMs}`,
        `sentinel failover-timeout ${name} 5000`,
        ...(requirepass === undefined ? [] : [`sentinel auth-pass ${name} ${requirepass}`]),
        ...(password === undefined ? [] : [`requirepass ${password}`, `sentinel sentinel-pass ${password}`]),
        ...tls.join(' ').split(/ ?--/).slice(1),
        ...others.map((one) => `sentinel known-sentinel ${name} 127.0.0.1 ${one} ${idOf(one)}`),
        '',
      ].join('\n'),
    );
    return new RunningSentinel(port, conf, password);
  }
}

async function namedBy(sentinel: SentinelProcess, name: string): Promise<number | undefined> {
  const reply = await sentinel
    .client()
    .call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', name)
    .catch(() => undefined);
  return Array.isArray(reply) ? Number(reply[1]) : undefined;
}

class RunningSentinel implements SentinelProcess {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  readonly #password: string | undefined;
  #client: Redis | undefined;
  #log = '';

  constructor(port: number, conf: string, password: string | undefined) {
    this.port = port;
    this.#password = password;
    this.#child = spawn('redis-server', [conf, '--sentinel'], { stdio: ['ignore', 'pipe', 'pipe'] });
    const { pid } = this.#child;
    if (pid !== undefined) guardProcess(pid);
    for (const stream of [this.#child.stdout!, this.#child.stderr!])
      stream.on('data', (chunk: Buffer) => (this.#log += chunk.toString()));
    this.#exited = new Promise((resolve) => {
      this.#child.once('error', () => resolve());
      this.#child.once('close', () => {
        if (pid !== undefined) releaseProcess(pid);
        resolve();
      });
    });
  }

  readonly log = (): string => this.#log;

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (signal === 'SIGKILL') this.#client?.disconnect();
    this.#child.kill(signal);
    if (signal !== 'SIGSTOP' && signal !== 'SIGCONT') await this.#exited;
  }

  client(): Redis {
    this.#client ??= new Client(this.port, '127.0.0.1', {
      ...(this.#password === undefined ? {} : { password: this.#password }),
      enableReadyCheck: false,
      maxRetriesPerRequest: 1,
      commandTimeout: 2000,
    }).on('error', () => {});
    return this.#client;
  }
}
