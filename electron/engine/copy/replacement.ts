import type { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { formatKeys } from '../../../shared/format/numbers.ts';
import type { TaskQuestion } from '../../../shared/model/task-question.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { keptSets } from '../checkpoint/kept-sets.ts';
import { ALLOWED_SHRINK_PERCENT, needsConsent } from './shrink.ts';
import type { KeyChoiceOptions } from '../writer/copy/key-choice.ts';
import type { NoteName } from '../writer/copy/name-collector.ts';
import { LeftOvers } from '../writer/sweep/left-overs.ts';
import { NamePass } from './name-pass.ts';
import type { TargetGround } from '../target/target-ground.ts';

export interface ReplacementOptions extends TargetGround {
  /** The snapshot is here whole. */
  readonly onWhole: () => void;
  readonly onError: (error: LockstepError) => void;
}

/**
 * What a full copy does about the keys that stand on the target already: it knows the names of the snapshot, either before its
 * first value is written or once the last one is, and in the end removes the keys that the snapshot does not have.
 */
export class Replacement {
  private readonly options: ReplacementOptions;
  private readonly leftOvers: LeftOvers;
  private pass: NamePass | undefined;
  private agreedKeys = 0;
  /** What will be removed is known, and nobody has to agree to it any more. */
  looked = false;
  /** Keys removed so far. */
  private removed = 0;

  constructor(options: ReplacementOptions) {
    this.options = options;
    const { spec, databases, feed, world, part } = options;
    this.leftOvers = new LeftOvers({
      clock: world.clock,
      task: spec.task,
      databases,
      slots: part?.slots,
      folder: feed.folder,
    });
  }

  /** For a copy that is written as the snapshot arrives: told of each key that it writes. */
  get noteName(): NoteName {
    return this.leftOvers.note;
  }

  /** For a copy that waits for its snapshot: reads the names as they arrive, and writes nothing. */
  receive(choice: KeyChoiceOptions): void {
    const { arena, feed, onWhole, world } = this.options;
    const onError = (error: LockstepError): void => this.options.onError(this.whileHeld(error));
    this.pass = new NamePass({
      ...choice,
      clock: world.clock,
      arena,
      feed,
      noteName: this.noteName,
      onWhole,
      onError,
    });
    this.pass.pump();
  }

  /** The spool has got more. */
  pump(): void {
    this.pass?.pump();
  }

  /** Looks what would be removed; nothing is, before that. @returns what somebody has to agree to first */
  async look(checkpoint: Checkpoint): Promise<TaskQuestion | undefined> {
    const { servers, spec } = this.options;
    const counts = await this.leftOvers.look(await servers.targets(), keptSets(spec.task, checkpoint));
    const allowed = spec.allowShrinkPercent ?? ALLOWED_SHRINK_PERCENT;
    if (counts.goneKeys > this.agreedKeys && needsConsent(counts, allowed)) return counts;
    this.looked = true;
    return undefined;
  }

  /** The names share the spool's room with the snapshot that is held whole, of which nothing can be let go to make more. */
  whileHeld(error: LockstepError): LockstepError {
    if (error.code !== 'SPOOL_FULL') return error;
    return this.options.feed.notHeld('the snapshot and the names of the keys have filled it');
  }

  /** Somebody has agreed that so much is removed. */
  agree({ goneKeys }: TaskQuestion): void {
    this.agreedKeys = goneKeys;
  }

  /** Removes what the snapshot does not have, and tells how much that was. */
  async sweep(checkpoint: Checkpoint, mayGoOn: () => Promise<void>): Promise<void> {
    const { servers, events } = this.options;
    events.phase('clearing');
    const redis = await servers.openTarget();
    const { lazyFree } = servers.facts.target.abilities;
    await this.leftOvers.remove({
      nodes: await servers.guarded(redis, checkpoint),
      checkpoint,
      lazyFree,
      mayGoOn,
      onRemoved: (keys) => (this.removed += keys),
    });
    if (this.removed > 0)
      events.info(`${formatKeys(this.removed)} of the earlier copy were removed from the target`);
  }

  stop(): void {
    this.pass?.stop();
    this.leftOvers.close();
  }
}
