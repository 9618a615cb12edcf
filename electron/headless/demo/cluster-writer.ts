import type { Cluster } from 'ioredis';

const PAUSE_MS = 5;
/** Few enough that each shows what is done to it twice, or not at all. */
const KEYS = 2000;

/** Writes lists, counters, hashes and texts to a cluster, one command after another of each kind, until it is stopped. */
export class ClusterWriter {
  private readonly client: Cluster;
  private readonly running: Promise<void>;
  private stopping = false;
  private commands = 0;

  constructor(client: Cluster) {
    this.client = client;
    this.running = this.run();
  }

  /** @returns how many commands were answered */
  async stop(): Promise<number> {
    this.stopping = true;
    await this.running;
    return this.commands;
  }

  private async run(): Promise<void> {
    for (let i = 0; !this.stopping; i++) {
      const n = (i * 7919) % KEYS;
      const answers = await Promise.allSettled([
        this.client.rpush(`w:list:${n}`, String(i)),
        this.client.incr(`w:counter:${n}`),
        this.client.hincrby(`w:hash:${n % 200}`, String(i % 10), 1),
        this.client.append(`w:text:${n}`, '.'),
        this.client.set(`w:expiring:${n}`, String(i), 'EX', 3600),
      ]);
      // A shard that fails over refuses for a moment; what it had taken it keeps or loses, and the task with it.
      this.commands += answers.filter(({ status }) => status === 'fulfilled').length;
      if (i % 20 === 0) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}
