import { setTimeout as sleep } from 'node:timers/promises';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { formatBytes, formatCount, formatDuration } from '../../../shared/format/numbers.ts';
import { describeEndpoint } from '../../../shared/model/endpoint.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import type { Arena } from '../arena/arena.ts';
import { keptKeysKey, type Checkpoint } from '../checkpoint/checkpoint.ts';
import { updateCheckpoint } from '../checkpoint/claim.ts';
import { coded } from '../control/control-connection.ts';
import { ResumeRepair } from '../repair/resume-repair.ts';
import type { DatabaseChoice } from '../route/database-choice.ts';
import { connectionName, endConnection, endTaskConnections } from '../target/end-connection.ts';
import { loadKeptGuard } from '../target/load-kept-guard.ts';
import { allocateOutputs, TargetConnection } from '../target/target-connection.ts';
import { AppliedTotals, type AppliedCounts } from './applied-totals.ts';
import { Backoff } from './backoff.ts';
import { claimCopy, clearForCopy } from './claim-copy.ts';
import { claimStream } from './claim-stream.ts';
import { CopyRun } from './copy-run.ts';
import { noteFault, readOwnCheckpoint } from './owner.ts';
import type { Pace } from './pace.ts';
import { prepareTarget, type ResumePlan } from './prepare-target.ts';
import type { Servers } from './servers.ts';
import type { SourceFeed, StreamPosition } from './source-feed.ts';
import { StreamRun } from './stream-run.ts';
import type { TaskEvents } from './task-events.ts';
import type { Trouble } from './trouble.ts';

/** How often a step that was cut by a pause looks whether that has ended. */
const PAUSE_CHECK_MS = 50;

export interface TargetSideOptions {
  readonly spec: TaskSpec;
  readonly arena: Arena;
  readonly databases: DatabaseChoice;
  readonly servers: Servers;
  readonly feed: SourceFeed;
  readonly events: TaskEvents;
  /** While it is paused, no step on the target is begun but the one that ends a copy. */
  readonly pace: Pace;
  /** The first key of a full copy is about to be sent, or the copy goes on after a fault of either side. */
  readonly onCopying: (again: boolean) => void;
  /** The stream is being applied from here on. */
  readonly onStreaming: () => void;
  /** A full copy without a stream has ended. */
  readonly onCopied: () => void;
  readonly onCommitted: (offset: number) => void;
  readonly onTrouble: (trouble: Trouble) => void;
  readonly onFatal: (error: LockstepError) => void;
}

/** What is to be done on the target next. */
type Stage = 'idle' | 'begin-copy' | 'copying' | 'end-copy' | 'begin-stream' | 'streaming' | 'closed';

/** The target's side of a task: it keeps copying or streaming going over whatever connections that takes. */
export class TargetSide {
  private readonly options: TargetSideOptions;
  private readonly outputs: readonly number[];
  private readonly backoff: Backoff;
  private readonly repairs: ResumeRepair;
  private stage: Stage = 'idle';
  private working = false;
  private current: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private connection: TargetConnection | undefined;
  private lastClientId: string | undefined;
  private copy: CopyRun | undefined;
  private stream: StreamRun | undefined;
  private copyStart: StreamPosition | undefined;
  private copyRunId = '';
  private checkpoint: Checkpoint | undefined;
  private touched = false;
  /** A step waits for the end of a pause. */
  private postponed = false;
  private copyBeganMs = 0;
  private readonly totals = new AppliedTotals();
  everStreaming = false;
  fullCopies = 0;
  keysCopied = 0;

  constructor(options: TargetSideOptions) {
    this.options = options;
    this.outputs = allocateOutputs(options.arena);
    this.backoff = new Backoff(options.spec.retryForMs);
    this.repairs = new ResumeRepair(options);
  }

  get streaming(): boolean {
    return this.everStreaming && this.checkpoint?.state === 'streaming';
  }

  /** A full copy stands on the target, and the stream up to the checkpoint. */
  get standing(): boolean {
    return this.checkpoint?.state === 'streaming';
  }

  get appliedOffset(): number {
    return this.checkpoint?.state === 'streaming' ? this.checkpoint.offset : (this.copyStart?.offset ?? 0);
  }

  /** Of the stream, over all connections of this run. `commandsRead` includes those that are not passed on. */
  get applied(): AppliedCounts {
    return this.totals.with(this.stream?.applier);
  }

  get copyRun(): CopyRun | undefined {
    return this.copy;
  }

  get ownKeys(): number {
    return this.checkpoint ? (this.checkpoint.kept ? 2 : 1) : 0;
  }

  /** Looks at what stands on the target and makes this run the task's owner. @returns where the source is to go on */
  async prepare(): Promise<ResumePlan | undefined> {
    const { spec, servers, databases, events } = this.options;
    const redis = await servers.openTarget();
    const { scripts } = servers.facts.target.abilities;
    const prepared = await prepareTarget({ spec, redis, databases, events, scripts });
    this.checkpoint = prepared.checkpoint;
    this.touched = prepared.existed;
    return prepared.plan;
  }

  beginCopy(start: StreamPosition, reason: string | undefined): void {
    const { events, spec } = this.options;
    if (
      this.checkpoint &&
      this.checkpoint.source !== '' &&
      this.checkpoint.source !== describeEndpoint(spec.source)
    ) {
      return this.fatal(
        new LockstepError(
          'TASK_MISMATCH',
          `the task ${spec.task} copied from ${this.checkpoint.source} before, and that was other data`,
        ),
      );
    }
    if (reason) events.warning(`A new full copy is needed: ${reason}`);
    this.copyStart = start;
    this.fullCopies += 1;
    this.stage = 'begin-copy';
    this.work();
  }

  /** The source goes on with the stream. */
  sourceResumed(replid: string): void {
    if (this.stage === 'idle') {
      this.stage = 'begin-stream';
      this.work();
    } else if (this.stage === 'streaming') {
      this.options.events.info(`The source goes on with the stream (${replid.slice(0, 8)}…)`);
      this.options.onStreaming();
    } else if (this.stage === 'copying') {
      this.options.events.phase('full-copy');
      this.options.onCopying(true);
    }
  }

  /** What is under way comes to the next place where it can be cut; steps that are still to come wait. */
  pause(): void {
    this.backoff.patient = true;
  }

  resume(): void {
    this.backoff.patient = false;
    this.backoff.succeeded();
    if (this.stage === 'streaming') this.options.onStreaming();
    if (this.postponed) this.work();
    this.pump();
  }

  /** The spool is about to be dropped. */
  reset(): void {
    this.dropRuns();
    this.dropConnection();
    if (this.stage !== 'closed') this.stage = 'idle';
  }

  /** Something waits for this offset to be checkpointed. */
  hurry(offset: number): void {
    this.stream?.hurry(offset);
  }

  pump(): void {
    if (this.stage === 'copying') this.copy?.readable();
    else if (this.stage === 'streaming') this.stream?.pump();
    else if (this.stage === 'begin-stream') this.repairs.wake();
  }

  /** Ends all writing at the last checkpoint, which it returns. */
  async stopWriting(): Promise<Checkpoint | undefined> {
    this.close();
    // What a step does on the control connection must not come between what is done there next.
    if (this.standing) await this.current;
    return this.checkpoint;
  }

  close(): void {
    this.stage = 'closed';
    clearTimeout(this.timer);
    this.dropRuns();
    this.dropConnection();
  }

  private work(): void {
    if (this.working || this.stage === 'closed') return;
    // What a copy that has come whole leaves to be noted is no more data.
    this.postponed = this.options.pace.paused && this.stage !== 'end-copy';
    if (this.postponed) return;
    this.working = true;
    const stage = this.stage;
    this.current = this.step(stage)
      .catch((error: unknown) => coded('target', this.options.spec.target, () => Promise.reject(error)))
      .catch((error: unknown) =>
        this.failed(error instanceof LockstepError ? error : new LockstepError('INTERNAL', String(error))),
      )
      .finally(() => {
        this.working = false;
        // Something else may have come to be wanted meanwhile.
        if (this.stage !== stage && this.pending) this.work();
      });
  }

  private get pending(): boolean {
    return this.stage === 'begin-copy' || this.stage === 'begin-stream' || this.stage === 'end-copy';
  }

  private async step(stage: Stage): Promise<void> {
    switch (stage) {
      case 'begin-copy':
        return this.startCopy();
      case 'copying':
        return this.continueCopy();
      case 'end-copy':
        return this.endCopy();
      case 'begin-stream':
        return this.startStream();
      default:
        return undefined;
    }
  }

  private async startCopy(): Promise<void> {
    const { spec, servers, databases, events, feed, arena } = this.options;
    const start = this.copyStart!;
    const redis = await servers.openTarget();
    const { lazyFree } = servers.facts.target.abilities;
    const mayGoOn = (): Promise<void> => this.pauseEnded();
    const claim = { redis, spec, databases, events, lazyFree, mayGoOn, start, ours: this.checkpoint! };
    const { kept, holdMs } = (this.checkpoint = await claimCopy(claim));
    if (this.touched) await clearForCopy(claim, kept);
    this.touched = true;
    this.copyRunId = servers.facts.target.runId;
    if (this.stage !== 'begin-copy' || this.copyStart !== start) return;
    const copy = new CopyRun({
      arena,
      feed,
      databases,
      holdMs,
      keptKeys: kept ? keptKeysKey(spec.task) : undefined,
      pace: this.options.pace,
      onCopied: () => {
        this.stage = 'end-copy';
        this.work();
      },
      onAdvanced: () => this.backoff.succeeded(),
      onError: (error) => this.lost(error, 'copying'),
    });
    await this.connect((connection) => {
      this.copy = copy;
      this.stage = 'copying';
      this.copyBeganMs = Date.now();
      events.phase('full-copy');
      this.options.onCopying(false);
      copy.attach(connection, servers.facts.target.abilities);
    }, copy);
  }

  private async pauseEnded(): Promise<void> {
    while (this.options.pace.paused && this.stage !== 'closed') await sleep(PAUSE_CHECK_MS);
    if (this.stage === 'closed') throw new LockstepError('INTERRUPTED', 'the full copy was not complete');
  }

  private async continueCopy(): Promise<void> {
    const { spec, servers, feed, events } = this.options;
    const redis = await servers.openTarget();
    const present = await readOwnCheckpoint(redis, spec.task, this.checkpoint);
    const copy = this.copy;
    const same = servers.facts.target.runId === this.copyRunId && present?.state === 'copying';
    if (!copy || !same) return void feed.restart(undefined, 'the target was restarted during the full copy');
    // What the old connection still has under way must not come after what is sent again.
    if (this.lastClientId !== undefined) await endConnection(redis, this.lastClientId);
    // A server before 5.0 does not tell the id.
    else await endTaskConnections(redis, spec.task);
    await this.connect((connection) => {
      events.phase('full-copy');
      if (copy.attach(connection, servers.facts.target.abilities)) return this.options.onCopying(true);
      void feed.restart(undefined, 'the connection to the target broke inside a very large value');
    }, copy);
  }

  private async endCopy(): Promise<void> {
    const { spec, servers, feed, events } = this.options;
    const { facts, keysWritten, keysExpired } = this.copy!.applier!;
    const checkpoint: Checkpoint = {
      ...this.checkpoint!,
      state: spec.fullOnly ? 'complete' : 'streaming',
      replid: feed.replid,
      db: facts.streamDb,
      fieldExpiry: facts.hasFieldExpiry || this.checkpoint!.fieldExpiry,
    };
    await updateCheckpoint(await servers.openTarget(), spec.task, checkpoint);
    this.backoff.succeeded();
    this.checkpoint = checkpoint;
    this.keysCopied = keysWritten;
    this.dropConnection();
    const expired = keysExpired > 0 ? `, without ${formatCount(keysExpired)} that had expired` : '';
    const bytes = formatBytes(this.copy?.bytesDone ?? 0);
    const took = formatDuration(Date.now() - this.copyBeganMs);
    events.info(
      `The full copy is complete: ${formatCount(keysWritten)} keys${expired}, ${bytes} of snapshot, in ${took}`,
    );
    if (spec.fullOnly) return this.options.onCopied();
    this.stage = 'begin-stream';
  }

  private async startStream(): Promise<void> {
    const { spec, servers, feed, databases } = this.options;
    const redis = await servers.openTarget();
    const claim = await claimStream(redis, spec.task, feed, describeEndpoint(spec.source), this.checkpoint!);
    if (claim.kind === 'restart') return void feed.restart(claim.from, claim.reason);
    this.checkpoint = claim.checkpoint;
    const { spool } = feed;
    const start = feed.positionAt(this.checkpoint.offset);
    spool.rewind(start);
    const resumption = await this.repairs.prepare(this.checkpoint);
    if (resumption.kind === 'new-copy') return void feed.restart(undefined, resumption.reason);
    if (resumption.kind === 'plain' && resumption.exact) {
      this.checkpoint = { ...this.checkpoint, earliestExpiryMs: 0 };
      await updateCheckpoint(redis, spec.task, this.checkpoint);
    }
    const guard = this.checkpoint.kept ? await loadKeptGuard(redis, spec.task, databases) : undefined;
    if (this.stage !== 'begin-stream') return;
    if (resumption.kind === 'abandoned' || feed.spool !== spool) return this.startStream();
    spool.rewind(start);
    const replies = { reply: (): void => undefined, error: (): void => undefined };
    const connection = await this.open(replies);
    if (this.stage !== 'begin-stream') return connection.close();
    if (feed.spool !== spool) {
      connection.close();
      return this.startStream();
    }
    const stream = new StreamRun(
      {
        task: spec.task,
        feed,
        databases,
        table: servers.table,
        abilities: servers.facts.target.abilities,
        holdMs: this.checkpoint.holdMs,
        clockAheadMs: servers.facts.target.clockAheadMs,
        flushAllowed: spec.onFlush === 'apply' || !this.checkpoint.kept,
        guard,
        pace: this.options.pace,
        repair: resumption.kind === 'repair' ? resumption.plan : undefined,
        onCommitted: (checkpoint) => {
          this.repairs.committed(checkpoint);
          this.backoff.succeeded();
          this.checkpoint = checkpoint;
          this.options.onCommitted(checkpoint.offset);
        },
        onError: (error, fault) => (fault ? void this.diverged(error) : this.lost(error, 'begin-stream')),
      },
      connection,
      this.checkpoint,
    );
    connection.replies = stream;
    this.connection = connection;
    this.stream = stream;
    this.stage = 'streaming';
    this.everStreaming = true;
    stream.start();
    stream.pump();
    this.options.onStreaming();
  }

  private async connect(use: (connection: TargetConnection) => void, replies: CopyRun): Promise<void> {
    const stage = this.stage;
    const connection = await this.open(replies);
    try {
      // Looked at once the connection stands: a run that takes over later finds it on the target and ends it.
      const { servers, spec } = this.options;
      await readOwnCheckpoint(await servers.openTarget(), spec.task, this.checkpoint);
    } catch (error) {
      connection.close();
      throw error;
    }
    if (this.stage !== stage) return connection.close();
    this.connection = connection;
    use(connection);
  }

  private async open(replies: TargetConnection['replies']): Promise<TargetConnection> {
    const { spec, arena } = this.options;
    this.dropConnection();
    const connection: TargetConnection = await TargetConnection.open(
      {
        endpoint: spec.target,
        arena,
        outputs: this.outputs,
        replies,
        onProgress: () => (this.stage === 'copying' ? this.copy?.progressed() : this.pump()),
        onError: (error) => this.lost(error, this.stage === 'streaming' ? 'begin-stream' : this.stage),
      },
      connectionName(spec.task),
    );
    this.lastClientId = connection.clientId;
    return connection;
  }

  /** The connection broke, or the target refused something: go on with `next` when it has healed. */
  private lost(error: LockstepError, next: Stage): void {
    if (this.stage === 'closed' || this.stage === 'idle') return;
    this.copy?.detach();
    this.dropStream();
    this.dropConnection();
    this.stage = next;
    this.options.servers.forgetTarget();
    this.failed(error);
  }

  private failed(error: LockstepError): void {
    if (this.stage === 'closed') return;
    if (error.code === 'TARGET_TAKEN_OVER' && this.stage === 'begin-stream' && !this.working) {
      // The checkpoint itself tells whether that was another run or a target that went back in time.
      this.work();
      return;
    }
    if (!error.entry.heals) return this.fatal(error);
    if (this.options.pace.paused) {
      clearTimeout(this.timer);
      this.postponed = true;
      this.options.servers.forgetTarget();
      this.options.onTrouble({ error, onResume: 'the task tries again when it is resumed' });
      return;
    }
    const wait = this.backoff.next(Date.now());
    if (wait === undefined) {
      return this.fatal(
        new LockstepError('RETRY_EXHAUSTED', `${error.entry.title}: ${error.message}`, { cause: error }),
      );
    }
    this.options.servers.forgetTarget();
    this.options.onTrouble({ error, waitMs: wait, giveUpAtMs: this.backoff.givesUpAtMs });
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.work(), wait);
  }

  /** Part of a batch was applied: the checkpoint says so, and the next run makes a new copy. */
  private async diverged(error: LockstepError): Promise<void> {
    const { spec, servers } = this.options;
    this.dropRuns();
    this.dropConnection();
    try {
      await noteFault(await servers.openTarget(), spec.task, this.checkpoint!, error.code);
    } catch {
      // The target is gone; the run that comes next meets the same error again.
    }
    this.fatal(error);
  }

  private fatal(error: LockstepError): void {
    this.close();
    this.options.onFatal(error);
  }

  private dropRuns(): void {
    this.repairs.abandon();
    this.copy?.stop();
    this.copy = undefined;
    this.dropStream();
  }

  private dropStream(): void {
    if (!this.stream) return;
    this.totals.add(this.stream.applier);
    this.stream.stop();
    this.stream = undefined;
  }

  private dropConnection(): void {
    this.connection?.close();
    this.connection = undefined;
  }
}
