import type { Redis } from 'ioredis';
import type { Endpoint } from '../../../shared/model/endpoint.ts';
import { databasesInUse, scanKeys } from '../checkpoint/ownership.ts';
import { DatabaseChoice } from '../commands/database-choice.ts';
import { onChange, slotsMoved } from '../control/cluster-change.ts';
import { coded } from '../control/control-connection.ts';
import { discoverCluster } from '../control/discover-cluster.ts';
import type { SlotSet } from '../router/slot-set.ts';
import type { Topology } from '../router/topology.ts';
import type { TargetCluster } from '../target/target-cluster.ts';
import type { TargetGround } from '../target/target-ground.ts';

/**
 * In a checkpoint's `fault`: what comes next in the stream is a flush, of which keys were removed already. It is done once more; another
 * history of the source may not have it, and then nothing but a new copy leads on.
 */
export const FLUSHING = 'a flush of the source was not applied to its end';

/** Keys of one database of the target. */
export interface FlushedKeys {
  readonly db: number;
  readonly keys: readonly Buffer[];
}

/**
 * All keys of these slots that stand in these databases of the target, but for the tool's own, in pages; a key may come twice. What is
 * written meanwhile may be missed.
 * @throws LockstepError TARGET_SLOTS_MOVED where keys of a cluster may have changed places on the way, and others of the target
 */
export async function* flushedKeys(
  { servers, world }: Pick<TargetGround, 'servers' | 'world'>,
  databases: readonly number[] | 'all',
  slots: SlotSet,
): AsyncGenerator<FlushedKeys> {
  const { cluster, at } = servers;
  const chosen = new DatabaseChoice(databases === 'all' ? undefined : databases);
  if (cluster)
    return yield* onNodes(cluster, at.target, chosen, slots, () =>
      discoverCluster(world, 'target', at.target),
    );
  const redis = await servers.openTargetApart();
  try {
    for (const db of await coded('target', at.target, () => databasesInUse(redis, chosen))) {
      yield* scanned(redis, db, slots, (next) => coded('target', at.target, next));
    }
  } finally {
    redis.disconnect();
  }
}

async function* onNodes(
  { nodes }: TargetCluster,
  at: Endpoint,
  databases: DatabaseChoice,
  slots: SlotSet,
  look: () => Promise<{ readonly topology: Topology }>,
): AsyncGenerator<FlushedKeys> {
  const { topology } = nodes;
  for (const { primary } of topology.shards) {
    const redis = await nodes.onNode(primary);
    for (const db of await coded('target', at, () => databasesInUse(redis, databases)))
      yield* scanned(redis, db, slots, (next) => coded('target', at, () => onChange(next)));
  }
  // A key that was carried meanwhile may have been met on neither of two nodes.
  const now = (await look()).topology;
  if (now.moves.length > 0 || described(now) !== described(topology))
    throw slotsMoved('while the keys were removed that the source had flushed');
}

type Scanned = IteratorResult<Buffer[]>;

async function* scanned(
  redis: Redis,
  db: number,
  slots: SlotSet,
  asked: (next: () => Promise<Scanned>) => Promise<Scanned>,
): AsyncGenerator<FlushedKeys> {
  const scan = scanKeys(redis, slots, db);
  for (;;) {
    const page = await asked(() => scan.next());
    if (page.done) return;
    yield { db, keys: page.value };
  }
}

/** Another text where a slot has changed hands, or has come back. */
const described = ({ shards }: Topology): string =>
  shards
    .map(({ primary, slots }) => `${primary.id} ${primary.epoch} ${JSON.stringify(slots)}`)
    .toSorted()
    .join('\n');

/** One page ahead of whoever removes them. */
export class FlushPages {
  private readonly pages: AsyncGenerator<FlushedKeys>;
  private readonly onPage: () => void;
  private readonly onError: (error: unknown) => void;
  private page: FlushedKeys | undefined;
  private stopped = false;
  /** There are no more. */
  ended = false;

  /** `onPage`: there is one, or `ended`. */
  constructor(pages: AsyncGenerator<FlushedKeys>, onPage: () => void, onError: (error: unknown) => void) {
    this.pages = pages;
    this.onPage = onPage;
    this.onError = onError;
    void this.ask();
  }

  /** The next one; undefined while it is asked for, and at the end. */
  take(): FlushedKeys | undefined {
    const { page } = this;
    this.page = undefined;
    if (page) void this.ask();
    return page;
  }

  /** Nobody wants any more. */
  stop(): void {
    this.stopped = true;
    void this.pages.return(undefined).catch(() => undefined);
  }

  private async ask(): Promise<void> {
    try {
      const next = await this.pages.next();
      if (this.stopped) return;
      this.ended = next.done === true;
      if (!next.done) this.page = next.value;
      this.onPage();
    } catch (error) {
      if (!this.stopped) this.onError(error);
    }
  }
}
