import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import type { DatabaseKeys } from '../control/info.ts';
import { DatabaseChoice } from '../commands/database-choice.ts';
import { findFeedingTasks } from './feeding-tasks.ts';
import type { Finding } from './finding.ts';
import { sampleKeys, type KeySample } from './key-sample.ts';
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
  private writing: Promise<WriteRate> | undefined;
  private related: Promise<Relation> | undefined;

  constructor(world: World, spec: TaskSpec) {
    this.world = world;
    this.spec = spec;
    this.databases = new DatabaseChoice(spec.databases);
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
    const [from, to] = [await this.source.identity(), await this.target.identity()];
    const at = { source: this.source.endpoint, target: this.target.endpoint };
    return relationOf(from, to, at, () => this.source.inDatabases(findFeedingTasks));
  }

  /** How fast the source is written to at the moment. */
  writeRate(): Promise<WriteRate> {
    return (this.writing ??= measureWriteRate(this.source));
  }

  /** Resolves once sending much to the source spoils no measurement that is under way. */
  async quiet(): Promise<void> {
    await this.writing?.catch(() => undefined);
  }

  /** The databases of the source that the task takes and that hold keys. */
  async chosen(): Promise<Map<number, DatabaseKeys>> {
    const all = await this.source.databases();
    return new Map([...all].filter(([db, { keys }]) => keys > 0 && this.databases.includes(db)));
  }

  close(): void {
    this.source.close();
    this.target.close();
  }
}

export type Check = (subjects: Subjects) => Promise<Finding>;
