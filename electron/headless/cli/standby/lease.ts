import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { TaskSpec } from '../../../../shared/model/task-spec.ts';
import { CHECKPOINT_DB } from '../../../engine/checkpoint/checkpoint.ts';
import { taskOf } from '../../../engine/checkpoint/task-parts.ts';
import { TASKS_PREFIX } from '../../../engine/commands/own-keys.ts';
import { isReplyError } from '../../../engine/control/reply-error.ts';
import { onTarget } from '../../../engine/target/on-target.ts';
import { nameBehind } from '../../../engine/writer/end-connection.ts';
import { systemWorld } from '../../../engine/world/system-world.ts';
import { RELEASED, type LeaseLook } from './turn.ts';

/** How long a lease lasts that is not renewed: so long, and a moment more, until whoever waits begins. */
const LEASE_MS = 2500;
/** What its connections are called on the target: not as those of a run, which the next run ends. */
const CONNECTION_NAME = 'lockstep-standby';

/** Takes what nobody holds, and renews what is ours; a flush may have removed that. */
const TAKE = `local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] and holder ~= ARGV[3] then return 0 end
redis.call('PSETEX', KEYS[1], ARGV[2], ARGV[1])
return 1`;
const RELEASE = `if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('PSETEX', KEYS[1], ARGV[2], ARGV[3])
return 1`;

/**
 * Which of several processes works for a task, as a key of the target that its holder renews. It decides when one begins, never
 * whether what it writes is right: that does the claim of each run, so that two holders would do no harm.
 */
export class Lease {
  readonly #holder = randomUUID();
  readonly #spec: TaskSpec;
  readonly #key: string;

  constructor(spec: TaskSpec) {
    this.#spec = spec;
    this.#key = `${TASKS_PREFIX}:lease:${spec.task}`;
  }

  /** @throws LockstepError where the target cannot be asked */
  look(): Promise<LeaseLook> {
    return this.#onTarget(async (redis, servers) => {
      const [holder, leftMs] = [await redis.get(this.#key), await redis.pttl(this.#key)];
      const lease = holder === null || leftMs <= 0 ? undefined : { holder, leftMs };
      return { atMs: Date.now(), lease, connections: await countConnections(servers, this.#spec.task) };
    });
  }

  /** Takes it where nobody holds it, or renews it. @returns whether it is ours; @throws LockstepError */
  take(): Promise<boolean> {
    return this.#run(TAKE);
  }

  /** Leaves it to whoever waits, if it is ours. @throws LockstepError */
  async release(): Promise<void> {
    await this.#run(RELEASE);
  }

  #run(script: string): Promise<boolean> {
    return this.#onTarget(
      async (redis) => (await redis.eval(script, 1, this.#key, this.#holder, LEASE_MS, RELEASED)) === 1,
    );
  }

  #onTarget<T>(work: (redis: Redis, servers: readonly Redis[]) => Promise<T>): Promise<T> {
    return onTarget(systemWorld, this.#spec.target, CONNECTION_NAME, async ({ redis, servers }) => {
      await redis.select(CHECKPOINT_DB);
      return work(redis, servers);
    });
  }
}

async function countConnections(servers: readonly Redis[], task: string): Promise<number | undefined> {
  try {
    const lists = await Promise.all(servers.map((redis) => redis.call('CLIENT', 'LIST')));
    const names = lists.flatMap((list) =>
      [...String(list).matchAll(/ name=(\S+) /g)].map(([, name]) => name!),
    );
    return names.filter((name) => taskOf(nameBehind(name) ?? '') === task).length;
  } catch (error) {
    if (isReplyError(error)) return undefined;
    throw error;
  }
}
