import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Watched } from './sentinel.ts';

/** Counts, lists and appends in one step: what is applied twice or left out shows in a single server. */
const STEP = `
local n = redis.call('INCR', 'writer:n')
redis.call('RPUSH', 'writer:list', n)
redis.call('APPEND', 'writer:text', 'x')
redis.call('HINCRBY', 'writer:hash', 'f' .. (n % 7), 1)
return n`;
const TICK_MS = 5;

/** Writes to whichever server the Sentinels call the primary, over failovers, until it is stopped. */
export class SentinelWriter {
  readonly #redis: Redis;
  readonly #running: Promise<void>;
  #stopping = false;
  /** Steps that were answered. */
  steps = 0;

  constructor({ sentinels, name }: Watched) {
    this.#redis = new Redis({
      sentinels: sentinels.map(({ port }) => ({ host: '127.0.0.1', port })),
      name,
      sentinelRetryStrategy: () => 50,
      retryStrategy: () => 50,
      maxRetriesPerRequest: 0,
      commandTimeout: 500,
    }).on('error', () => {});
    this.#running = this.#write();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#running;
    this.#redis.disconnect();
  }

  async #write(): Promise<void> {
    while (!this.#stopping) {
      await this.#redis.eval(STEP, 0).then(
        () => (this.steps += 1),
        () => pause(TICK_MS),
      );
      await pause(TICK_MS);
    }
  }
}

/** How many steps a server holds. @throws Error where one of them stands there twice, in part, or not at all */
export async function stepsOn(redis: Redis): Promise<number> {
  const [n, list, length, hash] = await Promise.all([
    redis.get('writer:n'),
    redis.lrange('writer:list', 0, -1),
    redis.strlen('writer:text'),
    redis.hvals('writer:hash'),
  ]);
  const steps = Number(n);
  const sum = hash.reduce((total, value) => total + Number(value), 0);
  const wrong = list.findIndex((value, i) => Number(value) !== i + 1);
  if (wrong >= 0 || list.length !== steps || length !== steps || sum !== steps)
    throw new Error(`n ${steps}, list ${list.length} (wrong at ${wrong}), text ${length}, hash ${sum}`);
  return steps;
}
