import { setTimeout as sleep } from 'node:timers/promises';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { formatBytes, formatCount, formatKeys, formatDuration } from '../../../shared/format/numbers.ts';
import { keptKeysKey, vouchedFor } from '../checkpoint/checkpoint.ts';
import { updateCheckpoint } from '../checkpoint/claim.ts';
import { forgetScriptTexts } from '../checkpoint/script-texts.ts';
import { endTaskConnections } from '../writer/end-connection.ts';
import type { TargetConnection } from '../writer/target-connection.ts';
import { claimCopy, clearForCopy } from './claim-copy.ts';
import { CopyRun } from './copy-run.ts';
import { readOwnCheckpoint } from './owner.ts';
import type { StreamPosition } from '../intake/source-feed.ts';
import type { Still, TargetGround } from './target-ground.ts';

/** How often clearing that was cut by a pause looks whether that has ended. */
const PAUSE_CHECK_MS = 50;
const RESTARTED = 'the target was restarted during the full copy';

export interface CopyStageOptions extends TargetGround {
  /** The first key is about to be sent, or the copy goes on over a new connection. */
  readonly onCopying: (again: boolean) => void;
  /** Every command of the snapshot was answered: `end` is to note it. */
  readonly onCopied: () => void;
  /** More of the snapshot stands on the target than ever before. */
  readonly onAdvanced: () => void;
  readonly onError: (error: LockstepError) => void;
}

/** The full copies of a target's side: each from the claim of the target to the note of its end. */
export class CopyStage {
  private readonly options: CopyStageOptions;
  /** The target's process that this copy is written to. */
  private runId = '';
  private beganMs = 0;
  /** Keys of an earlier copy may stand on the target. */
  touched = false;
  run: CopyRun | undefined;
  keysCopied = 0;

  constructor(options: CopyStageOptions) {
    this.options = options;
  }

  /** Claims the target, clears it, and begins to copy the snapshot that was taken at `start`. */
  async begin(start: StreamPosition, still: Still): Promise<void> {
    const { spec, servers, databases, events, feed, arena, pace, own } = this.options;
    const redis = await servers.openTarget();
    const { runId, abilities } = servers.facts.target;
    const checkpoint = (own.checkpoint = await claimCopy({ redis, spec, start, ours: own.checkpoint! }));
    this.runId = runId;
    // What an earlier run still has under way must not come after what is removed and copied now.
    await endTaskConnections(redis, spec.task);
    await forgetScriptTexts(redis, spec.task);
    const { kept, holdMs } = checkpoint;
    if (this.touched) {
      const mayGoOn = (): Promise<void> => this.pauseEnded(still);
      await clearForCopy({ redis, spec, databases, events, lazyFree: abilities.lazyFree, mayGoOn, kept });
    }
    this.touched = true;
    if (!still()) return;
    const run = new CopyRun({
      arena,
      feed,
      databases,
      holdMs,
      keptKeys: kept ? keptKeysKey(spec.task) : undefined,
      pace,
      onCopied: this.options.onCopied,
      onAdvanced: this.options.onAdvanced,
      onError: this.options.onError,
    });
    const connection = await this.connect(run, still);
    if (!connection) return;
    this.run = run;
    this.beganMs = Date.now();
    this.options.onCopying(false);
    run.attach(connection, servers.facts.target.abilities);
  }

  /** Goes on after the connection broke, if the target has lost nothing. */
  async goOn(still: Still): Promise<void> {
    const { spec, servers, feed, own, line } = this.options;
    const redis = await servers.openTarget();
    const present = await readOwnCheckpoint(redis, spec.task, own.checkpoint);
    if (!still()) return;
    const { run } = this;
    if (!run || !this.sameProcess || present?.state !== 'copying')
      return void feed.restart(undefined, RESTARTED);
    if (!run.canGoOn)
      return void feed.restart(undefined, 'the connection to the target broke inside a very large value');
    await line.endLast(redis);
    const connection = await this.connect(run, still);
    if (!connection) return;
    this.options.onCopying(true);
    run.attach(connection, servers.facts.target.abilities);
  }

  /** Notes in the checkpoint that the copy is complete. @returns false when it is not, so that a new one is needed */
  async end(still: Still): Promise<boolean> {
    const { spec, servers, feed, own } = this.options;
    const ours = own.checkpoint!;
    const run = this.run!;
    const { facts, keysWritten } = run.applier!;
    const { replid } = feed;
    const redis = await servers.openTarget();
    const present = await readOwnCheckpoint(redis, spec.task, ours);
    if (!still()) return false;
    // The answer to an earlier attempt may have been lost.
    const noted = present?.epoch === ours.epoch && present.state !== 'copying';
    if (!noted && !this.sameProcess) {
      void feed.restart(undefined, RESTARTED);
      return false;
    }
    const checkpoint = vouchedFor({
      ...ours,
      state: spec.fullOnly ? 'complete' : 'streaming',
      // Nothing more is written after a copy without a stream.
      active: !spec.fullOnly,
      replid,
      db: facts.streamDb,
      fieldExpiry: facts.hasFieldExpiry || ours.fieldExpiry,
    });
    await updateCheckpoint(redis, spec.task, checkpoint);
    own.checkpoint = checkpoint;
    this.keysCopied = keysWritten;
    this.tellEnd(run);
    return true;
  }

  stop(): void {
    this.run?.stop();
    this.run = undefined;
  }

  private get sameProcess(): boolean {
    return this.options.servers.facts.target.runId === this.runId;
  }

  /** @returns undefined when the connection is not wanted any more */
  private async connect(run: CopyRun, still: Still): Promise<TargetConnection | undefined> {
    const { spec, servers, own, line } = this.options;
    const connection = await line.open(run);
    try {
      // Looked at once the connection stands: a run that takes over later finds it on the target and ends it.
      await readOwnCheckpoint(await servers.openTarget(), spec.task, own.checkpoint);
      if (!this.sameProcess) throw new LockstepError('TARGET_LINK_LOST', 'the target was restarted');
    } catch (error) {
      connection.close();
      throw error;
    }
    if (!still()) {
      connection.close();
      return undefined;
    }
    line.use(connection);
    return connection;
  }

  private async pauseEnded(still: Still): Promise<void> {
    while (this.options.pace.paused && still()) await sleep(PAUSE_CHECK_MS);
    if (!still()) throw new LockstepError('INTERRUPTED', 'the full copy was not complete');
  }

  private tellEnd(run: CopyRun): void {
    const { keysWritten, keysExpired } = run.applier!;
    const expired = keysExpired > 0 ? `, without ${formatCount(keysExpired)} that had expired` : '';
    const bytes = formatBytes(run.bytesDone);
    const took = formatDuration(Date.now() - this.beganMs);
    this.options.events.info(
      `The full copy is complete: ${formatKeys(keysWritten)}${expired}, ${bytes} of snapshot, in ${took}`,
    );
  }
}
