import { Cluster, type Redis } from 'ioredis';
import { SLOTS } from '../../electron/engine/router/key-slot.ts';
import { SlotSet } from '../../electron/engine/router/slot-set.ts';
import { eventually } from './eventually.ts';
import { startRedis, type RedisProcess } from './redis-server.ts';
import { replicating } from './replicating.ts';
import { SpareClusters } from './spare-clusters.ts';

/** By default 15 s, after which a failover begins; a machine under load must not look dead. */
const NODE_TIMEOUT_MS = 3000;
const KEYS_AT_ONCE = 100;

export interface ClusterOptions {
  /** 3 by default; the slots are divided evenly among them. */
  readonly primaries?: number;
  /** Of each primary; none by default. */
  readonly replicas?: number;
  readonly binary?: string;
  /** More of every node's command line. */
  readonly args?: readonly string[];
  readonly requirepass?: string;
  /** Slots that no primary gets, from the end of the last one's. */
  readonly uncovered?: number;
  /** Of the primaries the last so many, which get no slots. */
  readonly spare?: number;
}

export interface ClusterMember {
  readonly server: RedisProcess;
  readonly client: Redis;
  readonly id: string;
}

/** A real cluster on 127.0.0.1, every node without persistence. */
export interface TestCluster {
  /** Primaries first, as they were at the start; then the replicas of the first, of the second, … */
  readonly members: readonly ClusterMember[];
  /** The address of the first. */
  readonly url: string;
  /** A client that knows the slots, closed by `stop`. */
  readonly client: Cluster;
  /** The slots of each shard at this moment, `0-5460,5462`, by the port of its primary. */
  shards(): Promise<ReadonlyMap<number, string>>;
  /** The member that answers for a slot at this moment. */
  ownerOf(slot: number): Promise<ClusterMember>;
  /** Marks a slot at both ends, as the beginning of a move does. */
  openMove(slot: number, to: ClusterMember): Promise<void>;
  /** Carries keys of a slot that is marked to `to`: all, or at most so many. */
  carry(slot: number, to: ClusterMember, most?: number): Promise<number>;
  /** Gives a slot to its new owner for good. */
  closeMove(slot: number, to: ClusterMember): Promise<void>;
  /** All three in turn. */
  moveSlot(slot: number, to: ClusterMember): Promise<void>;
  /** The same for slots of one owner, each step for all of them, without waiting for the others between two slots. */
  moveSlots(slots: readonly number[], to: ClusterMember): Promise<void>;
  /** A planned failover; resolves when all nodes that are up know of it. */
  failover(replica: ClusterMember): Promise<void>;
  /** Resolves when every node that is up says that the cluster is well, and they agree on who has which slot. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

const spares = new SpareClusters((options) => makeCluster(JSON.parse(options) as ClusterOptions));

/** One for the test that runs, or for whoever runs beside all tests. */
export async function startCluster(options: ClusterOptions = {}): Promise<TestCluster> {
  const cluster = await spares.take(JSON.stringify(options));
  if (await cluster.isAsMade()) {
    if (!options.uncovered) await cluster.settled();
    return cluster;
  }
  // On a machine that stands still for a moment the nodes may have given one another up.
  await cluster.stop();
  return makeCluster(options);
}

async function makeCluster(options: ClusterOptions): Promise<RunningCluster> {
  const { primaries = 3, replicas = 0, uncovered = 0, spare = 0 } = options;
  const sharing = primaries - spare;
  const servers = await Promise.all(
    Array.from({ length: primaries * (1 + replicas) }, () => startNode(options)),
  );
  try {
    const members = await Promise.all(
      servers.map(async (server) => {
        const client = server.client();
        return { server, client, id: (await client.call('CLUSTER', 'MYID')) as string };
      }),
    );
    await Promise.all(members.map(({ client }, i) => client.call('CLUSTER', 'SET-CONFIG-EPOCH', i + 1)));
    // Everybody meets everybody, so that nobody waits for gossip.
    for (const { client } of members)
      await Promise.all(
        members.map(({ server }) => client.call('CLUSTER', 'MEET', '127.0.0.1', server.port)),
      );
    const owners = members.slice(0, primaries);
    await Promise.all(
      owners.slice(0, sharing).map(({ client }, i) => {
        const [first, end] = [i, i + 1].map((n) => Math.floor((n * SLOTS) / sharing)) as [number, number];
        const slots = Array.from({ length: end - first }, (_, n) => first + n);
        return client.call(
          'CLUSTER',
          'ADDSLOTS',
          ...slots.slice(0, i === sharing - 1 ? slots.length - uncovered : undefined),
        );
      }),
    );
    await Promise.all(
      members.slice(primaries).map((replica, n) => follow(replica, owners[Math.floor(n / replicas)]!)),
    );
    if (replicas > 0) await Promise.all(owners.map(({ client }) => replicating(client, replicas)));
    const cluster = new RunningCluster(members, options.requirepass);
    await (uncovered > 0 ? cluster.acquainted() : cluster.settled());
    await cluster.noteAsMade();
    return cluster;
  } catch (error) {
    await Promise.all(servers.map((server) => server.stop()));
    throw error;
  }
}

const startNode = ({ binary, args = [], requirepass }: ClusterOptions): Promise<RedisProcess> =>
  startRedis({
    ...(binary === undefined ? {} : { binary }),
    ...(requirepass === undefined ? {} : { requirepass }),
    args: [
      ...['--cluster-enabled', 'yes', '--cluster-node-timeout', String(NODE_TIMEOUT_MS)],
      ...['--cluster-config-file', 'nodes.conf', '--repl-diskless-sync', 'yes'],
      ...(requirepass === undefined ? [] : ['--masterauth', requirepass]),
      ...args,
    ],
  });

async function follow(replica: ClusterMember, primary: ClusterMember): Promise<void> {
  await eventually('the replica knows its primary', () =>
    replica.client.call('CLUSTER', 'REPLICATE', primary.id).then(
      () => true,
      () => false,
    ),
  );
}

class RunningCluster implements TestCluster {
  readonly members: readonly ClusterMember[];
  readonly client: Cluster;
  #madeAs = '';

  constructor(members: readonly ClusterMember[], password: string | undefined) {
    this.members = members;
    this.client = new Cluster(
      members.map(({ server }) => ({ host: '127.0.0.1', port: server.port })),
      { redisOptions: password === undefined ? {} : { password }, lazyConnect: true },
    );
    this.client.on('error', () => {});
  }

  get url(): string {
    return this.members[0]!.server.url;
  }

  async shards(): Promise<ReadonlyMap<number, string>> {
    const held = await Promise.all((await this.#up()).map((member) => this.#slotsOf(member)));
    return new Map(
      held
        .filter(({ slots }) => slots.size > 0)
        .map(({ member, slots }) => [
          member.server.port,
          SlotSet.where((slot) => slots.has(slot)).toString(),
        ]),
    );
  }

  async ownerOf(slot: number): Promise<ClusterMember> {
    const held = await Promise.all((await this.#up()).map((member) => this.#slotsOf(member)));
    const found = held.find(({ slots }) => slots.has(slot));
    if (!found) throw new Error(`no member has slot ${slot}`);
    return found.member;
  }

  async openMove(slot: number, to: ClusterMember): Promise<void> {
    const from = await this.ownerOf(slot);
    await to.client.call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', from.id);
    await from.client.call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', to.id);
  }

  async carry(slot: number, to: ClusterMember, most = Infinity): Promise<number> {
    const from = await this.ownerOf(slot);
    let carried = 0;
    for (;;) {
      const keys = (await from.client.callBuffer(
        'CLUSTER',
        'GETKEYSINSLOT',
        slot,
        Math.min(KEYS_AT_ONCE, most - carried),
      )) as Buffer[];
      if (keys.length === 0) return carried;
      const auth = to.client.options.password ? ['AUTH', to.client.options.password] : [];
      await from.client.call(
        'MIGRATE',
        ...['127.0.0.1', to.server.port, '', 0, 5000, ...auth, 'KEYS', ...keys],
      );
      carried += keys.length;
    }
  }

  async closeMove(slot: number, to: ClusterMember): Promise<void> {
    const from = await this.ownerOf(slot);
    await to.client.call('CLUSTER', 'SETSLOT', slot, 'NODE', to.id);
    // The old owner learns of it as the others do, by the greater epoch of the claim. Told by a command it would take a message that was
    // on its way before for a new owner that gives the slot up; and one that moves it on before it has heard makes a claim of an older
    // epoch. Either way the slot is nobody's in the end.
    await this.acquainted();
    await from.client.call('CLUSTER', 'SETSLOT', slot, 'NODE', to.id);
  }

  async moveSlot(slot: number, to: ClusterMember): Promise<void> {
    await this.openMove(slot, to);
    await this.carry(slot, to);
    await this.closeMove(slot, to);
  }

  async moveSlots(slots: readonly number[], to: ClusterMember): Promise<void> {
    const from = await this.ownerOf(slots[0]!);
    const onAll = async ({ client }: ClusterMember, ...words: readonly string[]): Promise<void> => {
      const pipeline = client.pipeline();
      for (const slot of slots) pipeline.call('CLUSTER', 'SETSLOT', slot, ...words);
      for (const [error] of (await pipeline.exec())!) if (error) throw error;
    };
    await onAll(to, 'IMPORTING', from.id);
    await onAll(from, 'MIGRATING', to.id);
    // From here on no key comes to a slot that has none.
    const counting = from.client.pipeline();
    for (const slot of slots) counting.call('CLUSTER', 'COUNTKEYSINSLOT', slot);
    const counts = (await counting.exec())!.map(([, count]) => Number(count));
    for (const [i, slot] of slots.entries()) if (counts[i]! > 0) await this.carry(slot, to);
    // As closeMove does.
    await onAll(to, 'NODE', to.id);
    await this.acquainted();
    // One that has lost its last slot has become a replica of who took it.
    if ((await this.#slotsOf(from)).slots.size > 0) await onAll(from, 'NODE', to.id);
  }

  async failover(replica: ClusterMember): Promise<void> {
    const leads = async (): Promise<boolean> =>
      (await replica.client.info('replication')).includes('role:master');
    await replica.client.call('CLUSTER', 'FAILOVER').catch(async (error: unknown) => {
      // On a machine that stands still for a moment the nodes may have brought it about by themselves.
      if (!(await leads())) throw error;
    });
    await eventually('the replica has taken over', leads);
    await this.settled();
  }

  async settled(): Promise<void> {
    await this.acquainted();
    await eventually('every node finds the cluster well', async () => {
      const infos = (await this.#up()).map(({ client }) => client.call('CLUSTER', 'INFO'));
      return (await Promise.all(infos)).every((info) => String(info).includes('cluster_state:ok'));
    });
  }

  /** Resolves when all that are up know one another, and tell the same of who has which slot. */
  async acquainted(): Promise<void> {
    await eventually('the nodes know one another and agree', async () => {
      const tales = await this.#tales();
      return new Set(tales).size === 1 && tales[0]!.split('\n').length === this.members.length;
    });
  }

  async noteAsMade(): Promise<void> {
    this.#madeAs = (await this.#tales()).join();
  }

  /** Whether everybody tells what was told when it was made. */
  async isAsMade(): Promise<boolean> {
    return (await this.#tales()).join() === this.#madeAs;
  }

  async #tales(): Promise<string[]> {
    const texts = (await this.#up()).map(({ client }) => client.call('CLUSTER', 'NODES').catch(() => ''));
    return (await Promise.all(texts)).map((text) => taleOf(String(text)));
  }

  async stop(): Promise<void> {
    this.client.disconnect();
    await Promise.all(this.members.map(({ server }) => server.stop()));
  }

  /** Those that answer. */
  async #up(): Promise<readonly ClusterMember[]> {
    const answers = await Promise.all(
      this.members.map(({ client }) =>
        Promise.race([
          client.ping().then(
            () => true,
            () => false,
          ),
          new Promise<boolean>((resolve) => setTimeout(resolve, 1000, false)),
        ]),
      ),
    );
    return this.members.filter((_, i) => answers[i]);
  }

  async #slotsOf(member: ClusterMember): Promise<{ member: ClusterMember; slots: Set<number> }> {
    // One that has become a replica loads what its primary has, and answers nothing meanwhile.
    const text = String(await member.client.call('CLUSTER', 'NODES').catch(() => ''));
    const own = text.split('\n').find((line) => line.includes('myself')) ?? '';
    const slots = new Set<number>();
    for (const word of own.split(' ').slice(8)) {
      const [first, last = first] = word.split('-').map(Number);
      for (let slot = first!; slot <= last!; slot++) slots.add(slot);
    }
    return { member, slots };
  }
}

/** Who is there and has what, without what every node tells in its own way; nodes that shake hands have no id yet that all know. */
function taleOf(nodes: string): string {
  const told = nodes
    .trim()
    .split('\n')
    .map((line) => {
      const [id, , flags = '', primary, , , , , ...slots] = line.split(' ');
      const role = flags.includes('slave') ? `of ${primary}` : 'primary';
      return [id, role, ...slots.filter((word) => !word.startsWith('['))].join(' ');
    });
  return told.toSorted().join('\n');
}
