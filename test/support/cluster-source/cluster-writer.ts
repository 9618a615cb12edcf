import { Cluster, type Redis } from 'ioredis';
import { setTimeout as pause } from 'node:timers/promises';
import { keySlot } from '../../../electron/engine/router/key-slot.ts';
import { slotTag } from '../../../electron/engine/router/slot-tag.ts';
import { CommandBuffer } from '../../../electron/headless/demo-data/command-buffer.ts';
import { localEndpoint } from '../../../electron/headless/demo-data/local-endpoint.ts';
import { readAbilities } from '../../../electron/headless/demo-data/server-abilities.ts';
import { ExecWriter } from '../../../electron/headless/demo-data/writer/batch-writer.ts';
import type { TestCluster } from '../cluster.ts';

const BATCH_COMMANDS = 30;
const TICK_MS = 10;

type Command = readonly [name: string, ...args: Buffer[]];

/**
 * Writes the mixture of startWriter to a cluster, that of each slot for itself, so that every command of several keys has them in one
 * slot. What a node refuses while slots move or another one takes over is counted and left.
 */
export class ClusterWriter {
  private readonly cluster: Cluster;
  /** By their ports. */
  private readonly nodes: ReadonlyMap<number, Redis>;
  private readonly batches: readonly ExecWriter[];
  private running: Promise<void> | undefined;
  private ended = false;
  done = 0;
  refused = 0;

  private constructor(cluster: Cluster, nodes: ReadonlyMap<number, Redis>, batches: readonly ExecWriter[]) {
    this.cluster = cluster;
    this.nodes = nodes;
    this.batches = batches;
  }

  static async start(source: TestCluster, slots: readonly number[], seed: number): Promise<ClusterWriter> {
    const abilities = await readAbilities(localEndpoint(source.members[0]!.server.port));
    const batches = slots.map(
      (slot, i) =>
        new ExecWriter({ seed: seed + i, databases: [0], prefix: `{${slotTag(slot)}}` }, abilities),
    );
    const nodes = source.members.map(({ server }) => ({ host: '127.0.0.1', port: server.port }));
    const cluster = new Cluster(nodes, { retryDelayOnFailover: 200 });
    cluster.on('error', () => undefined);
    const writer = new ClusterWriter(
      cluster,
      new Map(source.members.map(({ server, client }) => [server.port, client])),
      batches,
    );
    writer.running = writer.run();
    return writer;
  }

  /** Ends after the last answer. @throws what is no refusal of a server */
  async stop(): Promise<void> {
    this.ended = true;
    await this.running;
    this.cluster.disconnect();
  }

  /** Resolves after so many more commands. */
  async wrote(commands: number): Promise<void> {
    const until = this.done + commands;
    while (this.done < until) await pause(TICK_MS);
  }

  private async run(): Promise<void> {
    const out = new CommandBuffer();
    for (const batch of this.batches) batch.prepare(out);
    await this.send(out);
    for (let n = 0; !this.ended; n++) {
      this.batches[n % this.batches.length]!.write(out, BATCH_COMMANDS);
      await this.send(out);
      await pause(TICK_MS);
    }
  }

  private async send(out: CommandBuffer): Promise<void> {
    const sent: Promise<unknown>[] = [];
    let transaction: Command[] | undefined;
    for (const command of parseCommands(out.take().bytes)) {
      const [name, ...args] = command;
      if (name === 'SELECT') continue;
      if (name === 'MULTI') transaction = [];
      else if (name === 'EXEC') {
        sent.push(this.transact(transaction!));
        transaction = undefined;
      } else if (transaction) transaction.push(command);
      else sent.push(this.cluster.call(name, ...args));
    }
    for (const { status } of await Promise.allSettled(sent))
      if (status === 'fulfilled') this.done += 1;
      else this.refused += 1;
  }

  /** By the node that is known to have the slot: the client of a cluster leaves rejections of transactions unhandled when it loses a node. */
  private async transact(commands: readonly Command[]): Promise<void> {
    const slot = keySlot(commands[0]![1]!);
    const port = Number(this.cluster.slots[slot]?.[0]?.split(':')[1]);
    const node = this.nodes.get(port);
    if (!node) throw new Error(`nobody is known to have slot ${slot}`);
    const transaction = node.multi();
    for (const [name, ...args] of commands) transaction.call(name, ...args);
    const replies = await transaction.exec();
    for (const [error] of replies ?? []) if (error) throw error;
  }
}

/** Whole commands, as CommandBuffer writes them. */
function parseCommands(bytes: Buffer): Command[] {
  const commands: Command[] = [];
  let at = 0;
  const number = (): number => {
    const end = bytes.indexOf('\r\n', at);
    const value = Number(bytes.toString('latin1', at + 1, end));
    at = end + 2;
    return value;
  };
  while (at < bytes.length) {
    const words = Array.from({ length: number() }, () => {
      const length = number();
      const word = bytes.subarray(at, at + length);
      at += length + 2;
      return word;
    });
    commands.push([words[0]!.toString('latin1').toUpperCase(), ...words.slice(1)]);
  }
  return commands;
}
