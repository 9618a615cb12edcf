import type { Endpoint } from '../../../shared/model/endpoint.ts';
import { loadMixedSet } from '../demo-data/mixed-set.ts';
import { startWriter, type Writer } from '../demo-data/writer/start-writer.ts';
import { DemoServer } from './demo-server.ts';

const KEYS = 50_000;
const WITH_TTL_SHARE = 0.3;
/** Enough for a chart to live, too little for anybody to hear a fan. */
const WRITES_PER_SECOND = 800;
const TICK_MS = 50;
const SET_SEED = 1;
const WRITER_SEED = 2;

/** Two servers to try a task on: the source with data of every type and a writer that goes on, the target empty. */
export class Sandbox {
  private readonly servers: readonly [DemoServer, DemoServer];
  private readonly writer: Writer;

  private constructor(servers: readonly [DemoServer, DemoServer], writer: Writer) {
    this.servers = servers;
    this.writer = writer;
  }

  /** @throws LockstepError USAGE when there is no redis-server on PATH, SOURCE_* when the source does not take the data */
  static async start(): Promise<Sandbox> {
    const source = await DemoServer.start();
    try {
      const target = await DemoServer.start();
      try {
        await loadMixedSet(source.endpoint, { keys: KEYS, withTtlShare: WITH_TTL_SHARE, seed: SET_SEED });
        const writer = startWriter(source.endpoint, {
          ratePerSecond: WRITES_PER_SECOND,
          databases: [0, 1, 2],
          tickMs: TICK_MS,
          seed: WRITER_SEED,
          reconnect: true,
        });
        return new Sandbox([source, target], writer);
      } catch (error) {
        await target.stop();
        throw error;
      }
    } catch (error) {
      await source.stop();
      throw error;
    }
  }

  get source(): Endpoint {
    return this.servers[0].endpoint;
  }

  get target(): Endpoint {
    return this.servers[1].endpoint;
  }

  /** Calls the listener when one of the servers has ended by itself. */
  onServerGone(listener: () => void): void {
    for (const server of this.servers) server.onExit(listener);
  }

  /** Ends the servers and removes what they left. */
  async stop(): Promise<void> {
    const written = this.writer.stop();
    await Promise.all(this.servers.map((server) => server.stop()));
    await written.catch(() => undefined);
  }
}
