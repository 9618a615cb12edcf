import { randomUUID } from 'node:crypto';
import type { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { asLockstepError } from '../../../shared/errors/plain-reason.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import { isBareClaim, type Checkpoint, type StandingNames } from '../checkpoint/checkpoint.ts';
import type { StandingPart } from '../checkpoint/read-parts.ts';
import { saidBy } from '../claim/claim-first.ts';
import { closeParts, hasBegun, removeAgain, removeParts, type LeftParts } from '../claim/former-parts.ts';
import { forgetNames, noteNames } from '../claim/note-names.ts';
import type { TaskEvents } from '../events/task-events.ts';
import type { Trouble } from '../intake/trouble.ts';
import { patiently } from '../pacing/patiently.ts';
import type { Claimant } from '../source/task-part.ts';
import type { World } from '../world/world.ts';
import type { RunningPart } from './running-part.ts';

/** What stands on the target of a task's parts, those that are run and those that are not, and of what it held before them. */
export class StandingParts {
  private readonly world: World;
  private readonly spec: TaskSpec;
  private readonly events: TaskEvents;
  /** Parts that stand on the target, as whoever wrote to them last has left them; those that are run know it better. */
  private readonly left = new Map<string, Checkpoint>();
  /** Those that this run has taken off the target, as they were: they are back where that goes back to an earlier save. */
  private readonly gone = new Map<number, Checkpoint>();
  /** Of this run's parts, and of those that stood there when it began. */
  private readonly claimants = new Set<string>();
  /** This run was about to note the names. */
  private noting = false;
  /** What the target held before the task: as parts say that stand there, or as this run has noted it. */
  names: StandingNames | undefined;

  constructor(world: World, spec: TaskSpec, events: TaskEvents) {
    this.world = world;
    this.spec = spec;
    this.events = events;
  }

  /** They stood there when this run began. */
  found(former: readonly StandingPart[]): void {
    for (const { name, checkpoint } of former) {
      this.left.set(name, checkpoint);
      this.claimants.add(checkpoint.owner);
    }
  }

  /** Of those that were found, these have no slots any more. @throws LockstepError */
  async removeFormer(former: readonly StandingPart[], gone: readonly number[]): Promise<void> {
    await removeParts(this.world, this.spec, gone);
    for (const { number, checkpoint } of former) if (gone.includes(number)) this.gone.set(number, checkpoint);
    if (hasBegun(former)) this.names = saidBy(former);
  }

  /** A part with this number is run from here on. @returns by which it claims what is its */
  begins(number: number): Claimant {
    this.gone.delete(number);
    const owner = randomUUID();
    this.claimants.add(owner);
    return { owner, known: this.claimants };
  }

  /** Once, when the first parts have claimed what is theirs and none was refused. `goOn` throws where that is not wanted any more. */
  async noteNames(running: readonly RunningPart[], goOn: () => void): Promise<StandingNames | undefined> {
    const parts = running.flatMap(({ owned }) => (owned ? [owned] : []));
    if (this.names || parts.length === 0) return undefined;
    const { world, spec, events } = this;
    this.noting = true;
    return (this.names = await noteNames(world, { spec, parts, events, goOn }));
  }

  /** They are run no more. */
  noteLeft(parts: readonly RunningPart[]): void {
    for (const { owned } of parts) if (owned) this.left.set(owned.task, owned.checkpoint);
  }

  /** Takes parts off the target, waiting for it where it is away. @returns why that cannot be done */
  async remove(
    gone: readonly number[],
    left: LeftParts,
    ended: () => boolean,
    onTrouble: (trouble: Trouble) => void,
  ): Promise<LockstepError | undefined> {
    const { world, spec } = this;
    try {
      await patiently({ clock: world.clock, retryForMs: spec.retryForMs, ended, onTrouble }, () =>
        removeParts(world, spec, gone, left),
      );
      for (const number of gone) {
        const checkpoint = left.get(number);
        if (checkpoint) this.gone.set(number, checkpoint);
      }
      return undefined;
    } catch (error) {
      return asLockstepError(error);
    }
  }

  /** All that were run have ended. What stands of others is handed over as it was before. @throws LockstepError */
  async close(running: readonly RunningPart[]): Promise<void> {
    const { world, spec } = this;
    await this.forgetNames(running).catch(() => undefined);
    // Where that fails, the next start takes them off.
    await removeAgain(world, spec, this.gone).catch(() => undefined);
    this.noteLeft(running);
    const parts = [...this.left].map(([task, checkpoint]) => ({ task, checkpoint }));
    if (parts.length > 0) await closeParts(world, spec, parts);
  }

  /** The run came to nothing, and so did what it has noted for it. */
  private async forgetNames(running: readonly RunningPart[]): Promise<void> {
    const claims = running.flatMap(({ owned }) => (owned ? [owned.checkpoint] : []));
    if (!this.noting || !claims.every(isBareClaim)) return;
    await forgetNames(this.world, this.spec, keptIdsOf(this.names));
  }
}

const keptIdsOf = (names: StandingNames | undefined): string[] =>
  names?.keptSlots ? [names.keptSlots.id] : [];
