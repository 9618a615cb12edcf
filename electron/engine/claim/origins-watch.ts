import type { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import { idsOf, noteOrigins, originsOf } from '../checkpoint/task-origins.ts';
import type { SourceFeed } from '../intake/source-feed.ts';
import { loopError, readFeedingOrigins, type FeedingOrigins } from '../precheck/feeding-tasks.ts';
import type { Servers } from '../target/servers.ts';
import { inTurn, type TaskPart } from '../source/task-part.ts';

export interface OriginsWatchOptions {
  readonly spec: TaskSpec;
  readonly part: TaskPart | undefined;
  readonly servers: Pick<Servers, 'sourceIndex' | 'target' | 'facts' | 'sides' | 'openTargetApart'>;
  readonly feed: Pick<SourceFeed, 'replid'>;
  /** Of the task's checkpoint; undefined before it was claimed. */
  readonly owner: () => string | undefined;
  /** Nothing is sent to the target. */
  readonly paused: () => boolean;
  readonly onLoop: (error: LockstepError) => void;
}

const NOBODY: readonly FeedingOrigins[] = [];

/**
 * Keeps account in the index of the target of all servers whose data the task brings: its source, and what the tasks that write to
 * the source bring. So a task that would close a ring finds its target there, however many servers lie between. Tasks that begin
 * before those in front of them learn of these from the source's index, which is looked at again and again.
 */
export class OriginsWatch {
  private readonly options: OriginsWatchOptions;
  private noted = '';
  private looking = false;
  private ended = false;
  private writing: Promise<void> | undefined;
  /** The user of the source may not read its index. */
  private blind = false;
  /** A claim that is being refused leaves its trace for a moment: a ring is one that is there twice. */
  private suspected = false;

  constructor(options: OriginsWatchOptions) {
    this.options = options;
  }

  /** Nothing where one of the servers cannot be asked, or does not permit it: then the next look tells. */
  async look(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    try {
      await this.lookOnce();
    } catch {
      // Told where it matters.
    } finally {
      this.looking = false;
    }
  }

  /** Nothing is noted any more, and nothing that was to be is on its way. */
  async end(): Promise<void> {
    this.ended = true;
    await this.writing?.catch(() => undefined);
  }

  private async lookOnce(): Promise<void> {
    const { spec, servers, feed, owner, paused, onLoop } = this.options;
    const source = await servers.sourceIndex();
    const run = owner();
    if (!source || !servers.target || run === undefined) return;
    const feeding = this.blind ? NOBODY : ((await readFeedingOrigins(source)) ?? NOBODY);
    // A refusal each second would fill the log of what the source refuses.
    this.blind = feeding === NOBODY;
    const target = servers.sides.target.flatMap(({ identity }) => idsOf(identity));
    const ring = feeding.find(({ origins }) => target.some((id) => origins.includes(id)));
    if (ring) {
      if (this.suspected) onLoop(loopError(ring.task, true, ', by way of other tasks', spec));
      this.suspected = true;
      return;
    }
    this.suspected = false;
    // After a failover the stream has another history than the facts, which were read before.
    const ids = [...idsOf(servers.facts.source), ...idsOf({ replid: feed.replid, runId: '' })];
    const origins = originsOf(
      ids,
      feeding.map((one) => one.origins),
    );
    const text = origins.join(' ');
    if (text === this.noted || paused() || this.ended) return;
    this.writing = this.note(run, origins);
    await this.writing;
    this.noted = text;
  }

  private async note(run: string, origins: readonly string[]): Promise<void> {
    const { spec, servers, part } = this.options;
    const redis = await servers.openTargetApart();
    try {
      await inTurn(part, () => noteOrigins(redis, spec.task, run, origins));
    } finally {
      redis.disconnect();
    }
  }
}
