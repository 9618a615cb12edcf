import type { SandboxKind } from '../../../shared/contract/sandbox-messages.ts';
import type { Endpoint } from '../../../shared/model/endpoint.ts';
import { loadMixedSet } from '../demo-data/mixed-set.ts';
import { startWriter, type Writer } from '../demo-data/writer/start-writer.ts';
import { DemoCluster } from './demo-cluster.ts';
import { DemoServer } from './demo-server.ts';

const KEYS = 50_000;
const WITH_TTL_SHARE = 0.3;
/** Enough for a chart to live, too little for anybody to hear a fan. */
const WRITES_PER_SECOND = 800;
const TICK_MS = 50;
const SET_SEED = 1;
const WRITER_SEED = 2;
const SHARDS = 3;

/** A cluster has database 0 alone. */
const DATABASES: Readonly<Record<SandboxKind, readonly number[]>> = {
  servers: [0, 1, 2],
  cluster: [0],
};

interface Side {
  readonly endpoint: Endpoint;
  onExit(listener: () => void): void;
  stop(): Promise<void>;
}

/** Servers to try a task on: the source with data of every type and a writer that goes on, the target empty. */
export class Sandbox {
  private readonly sides: readonly [Side, Side];
  private readonly writer: Writer;

  private constructor(sides: readonly [Side, Side], writer: Writer) {
    this.sides = sides;
    this.writer = writer;
  }

  /** @throws LockstepError USAGE when there is no redis-server on PATH, SOURCE_* when the source does not take the data */
  static async start(kind: SandboxKind): Promise<Sandbox> {
    const source = await DemoServer.start();
    try {
      const target = kind === 'cluster' ? await DemoCluster.start(SHARDS) : await DemoServer.start();
      try {
        await loadMixedSet(source.endpoint, { keys: KEYS, withTtlShare: WITH_TTL_SHARE, seed: SET_SEED });
        const writer = startWriter(source.endpoint, {
          ratePerSecond: WRITES_PER_SECOND,
          databases: DATABASES[kind],
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
    return this.sides[0].endpoint;
  }

  get target(): Endpoint {
    return this.sides[1].endpoint;
  }

  /** Calls the listener when one of the servers has ended by itself. */
  onServerGone(listener: () => void): void {
    for (const side of this.sides) side.onExit(listener);
  }

  /** Ends the servers and removes what they left. */
  async stop(): Promise<void> {
    const written = this.writer.stop();
    await Promise.all(this.sides.map((side) => side.stop()));
    await written.catch(() => undefined);
  }
}
