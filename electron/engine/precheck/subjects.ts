import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import type { DatabaseKeys } from '../control/info.ts';
import { DatabaseChoice } from '../commands/database-choice.ts';
import { findFeedingTasks } from './feeding-tasks.ts';
import { lookAtEach, lookAtNodes } from './each-node.ts';
import { findFeedNodes, type FeedNode } from './feed-nodes.ts';
import type { Finding } from './finding.ts';
import { sampleKeys, type KeySample } from './key-sample.ts';
import type { KnownServer } from '../control/relation.ts';
import { relationOf, type Relation } from './relation.ts';
import { ServerView } from './server-view.ts';
import { measureWriteRate, type WriteRate } from './write-rate.ts';
import type { World } from '../world/world.ts';

/** What the checks look at. */
export class Subjects {
  readonly world: World;
  readonly spec: TaskSpec;
  readonly databases: DatabaseChoice;
  readonly source: ServerView;
  readonly target: ServerView;
  private sampled: Promise<KeySample> | undefined;
  private readonly writing = new Map<ServerView, Promise<WriteRate>>();
  private measuring: Promise<void> | undefined;
  private related: Promise<Relation> | undefined;
  private feeding: Promise<readonly FeedNode[]> | undefined;

  constructor(world: World, spec: TaskSpec) {
    this.world = world;
    this.spec = spec;
    this.databases = DatabaseChoice.of(spec);
    this.source = new ServerView(world, 'source', spec.source);
    this.target = new ServerView(world, 'target', spec.target);
  }

  /** Some of the keys that the task would take. */
  sample(): Promise<KeySample> {
    return (this.sampled ??= this.quiet()
      .then(() => this.chosen())
      .then((chosen) => sampleKeys(this.source, chosen)));
  }

  /** How the two servers stand to each other. @throws LockstepError where one of them cannot be looked at */
  relation(): Promise<Relation> {
    return (this.related ??= this.relate());
  }

  private async relate(): Promise<Relation> {
    const [from, to] = [await knownNodes(this.source), await knownNodes(this.target)];
    return relationOf(from, to, () => this.source.inDatabases(findFeedingTasks));
  }

  /** What of the source the task would read: itself, the primaries of its shards, or a replica of each. @throws LockstepError */
  feeds(): Promise<readonly FeedNode[]> {
    return (this.feeding ??= findFeedNodes(this.source, this.readsReplicas));
  }

  get readsReplicas(): boolean {
    return this.spec.readFrom === 'replicas';
  }

  /** The same look at each of these. @throws LockstepError where they cannot be found out */
  async lookAtFeeds(look: (node: ServerView) => Promise<Finding>): Promise<Finding> {
    if (!this.readsReplicas) return lookAtEach(this.source, look);
    const nodes = (await this.feeds()).map(({ view }) => view);
    return nodes[0] === this.source ? look(this.source) : lookAtNodes(nodes, look, 'nodes that are read');
  }

  /** How fast this node of the source is written to at the moment. */
  writeRate(node: ServerView): Promise<WriteRate> {
    const known = this.writing.get(node);
    if (known) return known;
    const measured = measureWriteRate(node);
    this.writing.set(node, measured);
    return measured;
  }

  /** Begins to measure the rates of all nodes of the source, before anything else is sent to them. */
  measureWrites(): void {
    this.measuring ??= this.feeds()
      .then((nodes) => nodes.forEach(({ view }) => void this.writeRate(view).catch(() => undefined)))
      .catch(() => undefined);
  }

  /** Resolves once sending much to the source spoils no measurement that is under way. */
  async quiet(): Promise<void> {
    await this.measuring;
    await Promise.allSettled(this.writing.values());
  }

  /** The databases of the source that the task takes and that hold keys. */
  async chosen(): Promise<Map<number, DatabaseKeys>> {
    const all = await this.source.databases();
    return new Map([...all].filter(([db, { keys }]) => keys > 0 && this.databases.takes(db)));
  }

  close(): void {
    this.source.close();
    this.target.close();
    this.feeding?.then((nodes) => nodes.forEach(({ view }) => view.close())).catch(() => undefined);
  }
}

const knownNodes = async (server: ServerView): Promise<KnownServer[]> =>
  Promise.all(
    (await server.nodes()).map(async (node) => ({
      identity: await node.identity(),
      // With the first connection it is where it was found.
      at: node.endpoint,
    })),
  );

export type Check = (subjects: Subjects) => Promise<Finding>;
