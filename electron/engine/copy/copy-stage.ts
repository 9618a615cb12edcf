import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { keepsExpired, writtenBound } from '../../../shared/model/expiry-machine.ts';
import type { TaskQuestion } from '../../../shared/model/task-question.ts';
import { buildKey, buildKeyBeside } from '../checkpoint/checkpoint.ts';
import { forgetKept } from '../checkpoint/forget-kept.ts';
import { keptSets } from '../checkpoint/kept-sets.ts';
import { updateCheckpoint } from '../checkpoint/claim.ts';
import { readEvictions } from '../control/evictions.ts';
import { forgetScriptTexts } from '../checkpoint/script-texts.ts';
import { standingKeys } from '../checkpoint/ownership.ts';
import type { WritesSince } from '../control/write-mark.ts';
import type { KeyChoiceOptions } from '../writer/copy/key-choice.ts';
import { Lateness } from '../expiry/late-expiry.ts';
import { endTaskConnections } from '../writer/end-connection.ts';
import type { CopyLines } from '../writer/copy/copy-lines.ts';
import { claimCopy } from '../claim/claim-copy.ts';
import { CopiedProcess } from './copied-process.ts';
import { copiedCheckpoint, tellCopied } from './copy-end.ts';
import { keepStanding, libraryGround, mendKeptNames } from './copy-ground.ts';
import { CopyLanes } from './copy-lanes.ts';
import { CopyRun } from './copy-run.ts';
import { readOwnCheckpoint } from '../target/owner.ts';
import { Replacement } from './replacement.ts';
import { wouldRemove } from './shrink.ts';
import type { StreamPosition } from '../intake/stream-position.ts';
import { beginImport, endImport, tellImport } from '../target/target-import.ts';
import type { Still, TargetGround } from '../target/target-ground.ts';
import { sleep } from '../world/clock.ts';

/** How often a sweep that was cut by a pause looks whether that has ended. */
const PAUSE_CHECK_MS = 50;
const RESTARTED = 'the target was restarted, or another server took its place, during the full copy';

export interface CopyStageOptions extends TargetGround {
  /** Nothing is written before the snapshot is here whole. */
  readonly onReceiving: () => void;
  /** It is: `replace` is to begin. */
  readonly onReceived: () => void;
  /** Somebody has to agree before the step that was under way is done again. */
  readonly onQuestion: (question: TaskQuestion) => void;
  /** The first key is about to be sent, or the copy goes on over a new connection. */
  readonly onCopying: (again: boolean) => void;
  /** Every command of the snapshot was answered: `sweep` and `end` are to follow. */
  readonly onCopied: () => void;
  /** More of the snapshot stands on the target than ever before. */
  readonly onAdvanced: () => void;
  readonly onError: (error: LockstepError) => void;
}

/**
 * The full copies of a target's side: each from the claim of the target to the note of its end.
 *
 * A target on which nothing of the task's stands is written to as the snapshot arrives. One that a whole copy has stood on is
 * left as it is until the next snapshot is here whole; then every key is replaced where it stands, and what the snapshot does not
 * have is removed at the end. One with a part of a copy is no standby yet: it is written to at once, and swept in the end.
 */
export class CopyStage {
  private readonly options: CopyStageOptions;
  private readonly process: CopiedProcess;
  private readonly lanes: CopyLanes;
  private beganMs = 0;
  private replacement: Replacement | undefined;
  /** Keys of an earlier copy may stand on the target. */
  touched = false;
  /** Whether others may have written to the target since it was handed over. */
  writes: WritesSince = 'none';
  run: CopyRun | undefined;
  keysCopied = 0;

  constructor(options: CopyStageOptions) {
    this.options = options;
    this.process = new CopiedProcess(options);
    this.lanes = new CopyLanes(options, this.process);
  }

  /** Begins to copy the snapshot that was taken at `start`, or to wait until it is here whole. */
  async begin(start: StreamPosition, still: Still): Promise<void> {
    const { spec, servers, databases, own, world } = this.options;
    const redis = await servers.openTarget();
    const present = await readOwnCheckpoint(redis, spec.task, own.checkpoint, this.options.part);
    // What an earlier run still has under way must not come after what is copied now.
    await endTaskConnections(world.clock, await servers.targets(), spec.task);
    const found = this.touched
      ? await standingKeys(await servers.targets(), databases, this.options.part?.slots)
      : new Map<number, number>();
    const standing = found.size > 0;
    if (!still()) return;
    if (standing && this.writes !== 'none') {
      await keepStanding(this.options, redis, this.writes, found);
      this.writes = 'none';
    }
    this.replacement?.stop();
    this.replacement = standing ? this.makeReplacement() : undefined;
    this.beganMs = world.clock.now();
    if (!standing || !present?.copied) return this.write(start, still);
    this.options.onReceiving();
    this.replacement?.receive(this.choice);
  }

  /** More of the snapshot has come that is waited for. */
  received(): void {
    this.replacement?.pump();
  }

  /** The snapshot is here whole: looks what it changes, and begins to write it. */
  async replace(start: StreamPosition, still: Still): Promise<void> {
    try {
      if (!(await this.mayRemove(still))) return;
    } catch (error) {
      if (error instanceof LockstepError) throw this.replacement?.whileHeld(error) ?? error;
      throw error;
    }
    this.options.feed.cursor.rewind(0);
    return this.write(start, still);
  }

  /** Claims the target and begins to write what the spool holds. */
  private async write(start: StreamPosition, still: Still): Promise<void> {
    const { spec, servers, feed, arena, pace, own, evictions } = this.options;
    const redis = await servers.openTarget();
    evictions.begin(await readEvictions(await servers.targets()));
    this.options.leftOut?.begin([]);
    const { abilities } = servers.facts.target;
    this.process.note();
    const imported = await beginImport(redis, spec, abilities);
    // A run that was cut off has left the mode on, and this one does not use it.
    if (!imported) await endImport(redis, spec.task, own.checkpoint!);
    await mendKeptNames(this.options);
    const checkpoint = (own.checkpoint = await claimCopy({
      redis,
      spec,
      start,
      ours: own.checkpoint!,
      imported,
      part: this.options.part,
    }));
    if (servers.cluster) await this.lanes.divide(servers.cluster, start);
    // Of a task with parts whoever notes the names does so, for all of them.
    if (servers.cluster && checkpoint.kept && !this.options.part)
      await forgetKept(servers.cluster.nodes, spec.task, (id) => id !== checkpoint.keptSlots?.id);
    tellImport(this.options.events, spec, imported);
    await forgetScriptTexts(redis, spec.task);
    this.touched = true;
    if (!still()) return;
    const run = new CopyRun({
      clock: this.options.world.clock,
      ...this.choice,
      arena,
      feed,
      buildKey: servers.cluster ? (key) => buildKeyBeside(spec.task, key) : buildKey(spec.task),
      keptKeys: keptSets(spec.task, checkpoint),
      noteName: this.replacement?.noteName,
      suspects: this.options.crashes.suspects,
      lateness: new Lateness(
        writtenBound(checkpoint.expiry),
        checkpoint.amounts,
        servers.targetNowMs(),
        servers.facts.target.abilities.scripts,
      ),
      targetNowMs: () => servers.targetNowMs(),
      libraries: await libraryGround(this.options, checkpoint),
      pace,
      onCopied: this.options.onCopied,
      onAdvanced: this.options.onAdvanced,
      onError: this.options.onError,
    });
    const lines = await this.connect(still);
    if (!lines) return;
    this.run = run;
    this.options.onCopying(false);
    run.attach(lines, servers.facts.target.abilities);
  }

  /** Goes on after the connection broke, if the target has lost nothing. */
  async goOn(still: Still): Promise<void> {
    const { spec, servers, feed, own, line } = this.options;
    const redis = await servers.openTarget();
    const present = await readOwnCheckpoint(redis, spec.task, own.checkpoint, this.options.part);
    if (!still()) return;
    const { run } = this;
    if (!run || !this.process.same || present?.state !== 'copying')
      return void feed.restart(undefined, RESTARTED);
    if (!run.canGoOn)
      return void feed.restart(
        undefined,
        servers.cluster
          ? 'a connection to a node of the target broke during the full copy'
          : 'the connection to the target broke inside a very large value',
      );
    await line.endLast(redis);
    const lines = await this.connect(still);
    if (!lines) return;
    this.options.onCopying(true);
    run.attach(lines, servers.facts.target.abilities);
  }

  /** Removes what the snapshot does not have. @returns false when somebody has to agree first */
  async sweep(still: Still): Promise<boolean> {
    const { replacement } = this;
    if (!replacement) return true;
    if (!replacement.looked && !(await this.mayRemove(still))) return false;
    await replacement.sweep(this.options.own.checkpoint!, () => this.pauseEnded(still));
    return true;
  }

  /** Somebody has agreed to what was asked. */
  agree(question: TaskQuestion): void {
    this.replacement?.agree(question);
  }

  /** @returns false when that is asked now, or not wanted any more; @throws LockstepError COPY_WOULD_REMOVE where nobody can be asked */
  private async mayRemove(still: Still): Promise<boolean> {
    const { own, spec, onQuestion } = this.options;
    const question = await this.replacement!.look(own.checkpoint!);
    if (!still()) return false;
    if (!question) return true;
    if (spec.asks !== true) throw wouldRemove(question);
    onQuestion(question);
    return false;
  }

  /** Notes in the checkpoint that the copy is complete. @returns false when it is not, so that a new one is needed */
  async end(still: Still): Promise<boolean> {
    const { spec, servers, feed, own } = this.options;
    const run = this.run!;
    const { counts } = run.applier!;
    const { replid } = feed;
    if (servers.cluster && !spec.fullOnly) await this.lanes.divideCopied();
    const ours = own.checkpoint!;
    // A cluster is looked at anew: one of its nodes may have been replaced since its last answer.
    if (servers.cluster) servers.forgetTarget();
    const redis = await servers.openTarget();
    const present = await readOwnCheckpoint(redis, spec.task, ours, this.options.part);
    if (!still()) return false;
    // The answer to an earlier attempt may have been lost.
    const noted = present?.epoch === ours.epoch && present.state !== 'copying';
    if (!noted && !this.process.same) {
      void feed.restart(undefined, RESTARTED);
      return false;
    }
    const checkpoint = await copiedCheckpoint(this.options, run, ours, replid);
    await updateCheckpoint(await servers.openTarget(), spec.task, checkpoint);
    own.checkpoint = checkpoint;
    this.keysCopied = counts.written;
    tellCopied(this.options, run, this.beganMs);
    this.replacement?.stop();
    this.replacement = undefined;
    return true;
  }

  stop(): void {
    this.run?.stop();
    this.run = undefined;
    this.replacement?.stop();
    this.replacement = undefined;
  }

  private get choice(): KeyChoiceOptions {
    const { databases, spec, servers, part, feed } = this.options;
    const primaryClock = servers.facts.source.role === 'master' && !feed.ofReplica;
    return {
      databases,
      slots: part?.slots,
      follows: !spec.fullOnly,
      primaryClock,
      beganAtMs: this.beganMs,
    };
  }

  private makeReplacement(): Replacement {
    const { onReceived, onError } = this.options;
    return new Replacement({ ...this.options, onWhole: onReceived, onError });
  }

  /** @returns undefined when the connection is not wanted any more */
  private async connect(still: Still): Promise<CopyLines | undefined> {
    const { spec, servers, own, line } = this.options;
    const lines = await line.openCopy(keepsExpired(own.checkpoint!.expiry));
    try {
      // Looked at once the connection stands: a run that takes over later finds it on the target and ends it.
      await readOwnCheckpoint(await servers.openTarget(), spec.task, own.checkpoint, this.options.part);
      if (!this.process.same) throw new LockstepError('TARGET_LINK_LOST', 'the target was restarted');
    } catch (error) {
      lines.close();
      throw error;
    }
    if (!still()) {
      lines.close();
      return undefined;
    }
    line.use(lines);
    return lines;
  }

  private async pauseEnded(still: Still): Promise<void> {
    while (this.options.pace.paused && still()) await sleep(this.options.world.clock, PAUSE_CHECK_MS);
    if (!still()) throw new LockstepError('INTERRUPTED', 'the full copy was not complete');
  }
}
