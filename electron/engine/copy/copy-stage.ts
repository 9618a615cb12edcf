import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { formatBytes, formatCount, formatKeys, formatDuration } from '../../../shared/format/numbers.ts';
import { keepsExpired, writtenBound } from '../../../shared/model/expiry-machine.ts';
import type { TaskQuestion } from '../../../shared/model/task-question.ts';
import { buildKey, buildKeyBeside, vouchedFor, type Checkpoint } from '../checkpoint/checkpoint.ts';
import { forgetKept } from '../checkpoint/forget-kept.ts';
import { keptSets } from '../checkpoint/kept-sets.ts';
import { mendKept } from '../checkpoint/note-kept.ts';
import { libraryNames } from '../control/function-libraries.ts';
import { updateCheckpoint } from '../checkpoint/claim.ts';
import { readEvictions } from '../control/evictions.ts';
import { forgetScriptTexts } from '../checkpoint/script-texts.ts';
import { standingKeys } from '../checkpoint/ownership.ts';
import type { WritesSince } from '../control/write-mark.ts';
import type { KeyChoiceOptions } from '../writer/copy/key-choice.ts';
import type { LibraryGround } from '../writer/copy/library-copy.ts';
import { Lateness } from '../expiry/late-expiry.ts';
import { endTaskConnections } from '../writer/end-connection.ts';
import type { CopyLines } from '../writer/copy/copy-lines.ts';
import { carriedSince, createLanes, removeLanes } from '../checkpoint/lanes.ts';
import { claimCopy } from '../claim/claim-copy.ts';
import { CopyRun } from './copy-run.ts';
import { readOwnCheckpoint } from '../target/owner.ts';
import { handOverNote, takeOver } from '../target/handed-over.ts';
import { Replacement } from './replacement.ts';
import { wouldRemove } from './shrink.ts';
import type { StreamPosition } from '../intake/stream-position.ts';
import type { SlotSet } from '../router/slot-set.ts';
import type { TargetCluster } from '../target/target-cluster.ts';
import { beginImport, endImport, tellImport } from '../target/target-import.ts';
import type { Still, TargetGround } from '../target/target-ground.ts';
import { sleep } from '../world/clock.ts';

/** How often a sweep that was cut by a pause looks whether that has ended. */
const PAUSE_CHECK_MS = 50;
/** A snapshot tells when it was begun in whole seconds, as seen by a process that had to be started first. */
const SNAPSHOT_SLACK_MS = 1000;
/** A replica takes its snapshot by its own clock, and what it has not got by then its primary has run long before, perhaps. */
const UNKNOWN_MS = 0;
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
  /** The target's process that this copy is written to, and the history that it writes. */
  private process = '';
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
  }

  /** Begins to copy the snapshot that was taken at `start`, or to wait until it is here whole. */
  async begin(start: StreamPosition, still: Still): Promise<void> {
    const { spec, servers, databases, events, own, world } = this.options;
    const redis = await servers.openTarget();
    const present = await readOwnCheckpoint(redis, spec.task, own.checkpoint);
    // What an earlier run still has under way must not come after what is copied now.
    await endTaskConnections(world.clock, await servers.targets(), spec.task);
    const found = this.touched
      ? await standingKeys(await servers.targets(), databases, this.options.part?.slots)
      : new Map<number, number>();
    const standing = found.size > 0;
    if (!still()) return;
    if (standing && this.writes !== 'none') {
      const cluster = servers.cluster?.keptGround(spec.task);
      const { owner } = own.checkpoint!;
      const mayAdd = (now: Checkpoint | undefined): boolean => now?.owner === owner;
      const ground = { redis, cluster, task: spec.task, owner, mayAdd };
      const kept = await takeOver(ground, spec, this.writes, found);
      this.writes = 'none';
      own.checkpoint = { ...own.checkpoint!, ...kept };
      events.warning(
        'The target was handed over: all that stands on it stays, and only names that the source has are overwritten',
      );
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
    this.process = this.processNow;
    const imported = await beginImport(redis, spec, abilities);
    // A run that was cut off has left the mode on, and this one does not use it.
    if (!imported) await endImport(redis, spec.task, own.checkpoint!);
    await this.mendKept();
    const checkpoint = (own.checkpoint = await claimCopy({
      redis,
      spec,
      start,
      ours: own.checkpoint!,
      imported,
      part: this.options.part,
    }));
    if (servers.cluster) await this.divide(servers.cluster, start);
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
      libraries: await this.libraryGround(checkpoint),
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

  /** The copy tells the target's own keys by what is noted of them, which is to be there whole. */
  private async mendKept(): Promise<void> {
    const { servers, spec, own, events, part } = this.options;
    const { cluster } = servers;
    const { keptSlots } = own.checkpoint!;
    if (!cluster || !keptSlots) return;
    const mended = await mendKept(cluster.keptGround(spec.task), keptSlots, part?.slots);
    if (mended.lost.size === 0) return;
    own.checkpoint = { ...own.checkpoint!, keptSlots: mended.keptSlots };
    events.warning(
      `A node of the target came back without the names of keys that it held before the task: all that stands in ${formatCount(mended.lost.size)} of its slots stays, and only names that the source has are overwritten`,
    );
  }

  /** What the libraries of the snapshot meet on the target; undefined where another part of the task brings them. */
  private async libraryGround({ keptLibraries }: Checkpoint): Promise<LibraryGround | undefined> {
    const { spec, servers, leftOut, part } = this.options;
    if (part && !part.leads) return undefined;
    const known = servers.facts.target.abilities.functions;
    const standing = known ? await libraryNames(await servers.targets()) : [];
    return { task: spec.task, known, leftOut, standing, kept: keptLibraries };
  }

  /** The lanes of a cluster begin where the snapshot was taken. Until it is here whole they only tell whose the task is. */
  private async divide({ nodes }: TargetCluster, position: StreamPosition, carried?: SlotSet): Promise<void> {
    const { spec, own } = this.options;
    const { checkpoint } = await createLanes(
      { nodes, task: spec.task, checkpoint: own.checkpoint! },
      position,
      carried,
    );
    own.checkpoint = checkpoint;
  }

  /**
   * Lanes that stand for the copy, in the place of those that only said whose the task is: a node that goes back to within the copy has none
   * of these.
   */
  private async divideCopied(): Promise<void> {
    const { spec, servers, own } = this.options;
    const redis = await servers.openTarget();
    const { replid, offset } = own.checkpoint!;
    const present = await readOwnCheckpoint(redis, spec.task, own.checkpoint);
    // It is copied to anew, as whoever notes the end of the copy finds as well.
    if (!present || !this.sameProcess) return;
    // An earlier attempt may have come so far, and what it noted is what stands there.
    own.checkpoint = { ...own.checkpoint!, lanes: present.lanes };
    const { nodes } = servers.cluster!;
    const carried = await carriedSince({ nodes, task: spec.task, checkpoint: own.checkpoint });
    await this.divide(servers.cluster!, { replid, offset }, carried);
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
    const { facts, counts, takenAtMs, libraries } = run.applier!;
    const { replid } = feed;
    if (servers.cluster && !spec.fullOnly) await this.divideCopied();
    const ours = own.checkpoint!;
    // A cluster is looked at anew: one of its nodes may have been replaced since its last answer.
    if (servers.cluster) servers.forgetTarget();
    const redis = await servers.openTarget();
    const present = await readOwnCheckpoint(redis, spec.task, ours);
    if (!still()) return false;
    // The answer to an earlier attempt may have been lost.
    const noted = present?.epoch === ours.epoch && present.state !== 'copying';
    if (!noted && !this.sameProcess) {
      void feed.restart(undefined, RESTARTED);
      return false;
    }
    const { cluster } = servers;
    const ended =
      cluster && spec.fullOnly
        ? await removeLanes({ nodes: cluster.nodes, task: spec.task, checkpoint: ours })
        : ours;
    const checkpoint = vouchedFor({
      ...ended,
      ...this.options.evictions.marks,
      state: spec.fullOnly ? 'complete' : 'streaming',
      // Nothing more is written after a copy without a stream.
      active: !spec.fullOnly,
      replid,
      db: facts.streamDb,
      copied: true,
      expiry: spec.fullOnly ? 'exact' : ours.expiry,
      sourceAtMs: feed.ofReplica
        ? UNKNOWN_MS
        : Math.max(0, takenAtMs > 0 ? takenAtMs - SNAPSHOT_SLACK_MS : feed.askedAtMs),
      handedOver: spec.fullOnly ? await handOverNote(await servers.targets(), spec.task) : '',
      fieldExpiry: facts.hasFieldExpiry || ours.fieldExpiry,
      keptLibraries: libraries?.kept ?? ours.keptLibraries,
    });
    await updateCheckpoint(await servers.openTarget(), spec.task, checkpoint);
    own.checkpoint = checkpoint;
    this.keysCopied = counts.written;
    this.tellEnd(run);
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

  private get sameProcess(): boolean {
    return this.processNow === this.process;
  }

  /** One that was a replica in between, as after two failovers, has another history though it was never restarted. */
  private get processNow(): string {
    const { spec, servers } = this.options;
    const { runId, replid } = servers.facts.target;
    if (servers.cluster) return servers.cluster.processes;
    return spec.target.sentinel ? `${runId} ${replid}` : runId;
  }

  /** @returns undefined when the connection is not wanted any more */
  private async connect(still: Still): Promise<CopyLines | undefined> {
    const { spec, servers, own, line } = this.options;
    const lines = await line.openCopy(keepsExpired(own.checkpoint!.expiry));
    try {
      // Looked at once the connection stands: a run that takes over later finds it on the target and ends it.
      await readOwnCheckpoint(await servers.openTarget(), spec.task, own.checkpoint);
      if (!this.sameProcess) throw new LockstepError('TARGET_LINK_LOST', 'the target was restarted');
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

  private tellEnd(run: CopyRun): void {
    const { counts } = run.applier!;
    const { written, expired: keysExpired } = counts;
    const expired = keysExpired > 0 ? `, without ${formatCount(keysExpired)} that had expired` : '';
    const left = this.options.leftOut?.count ?? 0;
    if (left > 0)
      this.options.events.warning(
        `${formatCount(left)} function ${left === 1 ? 'library is' : 'libraries are'} left out: the target knows no functions`,
      );
    const bytes = formatBytes(run.bytesDone);
    const took = formatDuration(this.options.world.clock.now() - this.beganMs);
    this.options.events.info(
      `The full copy is complete: ${formatKeys(written)}${expired}, ${bytes} of snapshot, in ${took}`,
    );
  }
}
