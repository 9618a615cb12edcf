import type { CommandOutput } from '../protocol/resp/command-output.ts';
import { CommandReader } from '../protocol/resp/command-reader.ts';
import { CHECKPOINT_DB, type Checkpoint } from '../checkpoint/checkpoint.ts';
import type { DatabaseChoice } from '../commands/database-choice.ts';
import type { BatchWriter } from '../writer/batch-writer.ts';
import { LARGE_COMMAND_BYTES } from '../pipeline/large-commands.ts';
import type { StreamApplier } from '../pipeline/stream-applier.ts';
import type { SourceFeed } from '../intake/source-feed.ts';
import { REPAIRING, type RepairPlan, type RepairStage } from './repair-plan.ts';
import type { ValueCommands } from '../writer/copy/value-commands.ts';
import { selectedDatabase } from './window-keys.ts';
import { firstWords } from './window-reader.ts';

const LF = 10;
/** Commands that are looked at in one go. */
const RUN_COMMANDS = 1024;

export interface RepairApplierOptions {
  readonly plan: RepairPlan;
  readonly databases: DatabaseChoice;
  /** Where it begins. */
  readonly checkpoint: Checkpoint;
  readonly feed: SourceFeed;
  readonly applier: StreamApplier;
  readonly batch: BatchWriter;
  readonly output: CommandOutput;
}

/**
 * Stands before a StreamApplier until the end of a repair: leaves out the commands on keys whose stage is still to come, hands
 * the others on in runs, and at the offset of a stage writes the keys' values into the open batch.
 */
export class RepairApplier {
  private readonly options: RepairApplierOptions;
  private readonly reader = new CommandReader();
  private stages: readonly RepairStage[];

  constructor(options: RepairApplierOptions) {
    this.options = options;
    const { feed, plan } = options;
    const offset = feed.offsetAt(feed.cursor.readPosition);
    // Whether the values of a stage right here were written is not known; nothing has been applied to them since.
    this.stages = plan.stages.filter((stage) => stage.offset >= offset);
  }

  /** The values are written: whatever is committed from now on is exact. */
  get finished(): boolean {
    return this.stages.length === 0;
  }

  /** What a checkpoint of the present batch has to say. */
  get marks(): Pick<Checkpoint, 'fault' | 'earliestExpiryMs'> & Partial<Checkpoint> {
    const { fault, earliestExpiryMs } = this.options.checkpoint;
    // A run that is cut short is followed by one that mends anew what lies behind the place that is vouched for.
    if (!this.finished)
      return this.options.plan.expired
        ? { fault: REPAIRING, earliestExpiryMs: 1 }
        : { fault, earliestExpiryMs };
    const { slots, arriving, stages } = this.options.plan;
    const arrived = arriving && { arrived: { slots: arriving, offset: stages.at(-1)!.offset } };
    const exact = { fault: '', earliestExpiryMs: 0, ...(slots && { slots }), ...arrived };
    const fieldExpiry = this.options.plan.stages.some(({ values }) => values.fieldExpiry);
    return fieldExpiry ? { ...exact, fieldExpiry: true } : exact;
  }

  /** As StreamApplier's. Not to be called once it is `finished`. */
  step(most: number): boolean {
    const { applier, feed, databases } = this.options;
    const [stage] = this.stages;
    if (!stage) return false;
    if (applier.inLargeCommand) return applier.step(most);
    const { cursor } = feed;
    const left = feed.positionAt(stage.offset) - cursor.readPosition;
    if (left === 0) {
      this.options.batch.places?.parts(stage.offset);
      this.writeValues(stage.values);
      this.stages = this.stages.slice(1);
      return true;
    }
    const { mem, from } = cursor;
    const to = Math.min(cursor.to, from + left);
    if (from >= to) return false;
    const budget = Math.min(most, RUN_COMMANDS);
    const byteLimit = from + LARGE_COMMAND_BYTES;
    let { db } = applier;
    let at = from;
    let run = 0;
    while (at < to && at < byteLimit && run < budget) {
      if (mem[at] === LF) {
        at += 1;
        continue;
      }
      const next = this.reader.read(mem, at, to);
      if (next === 0) break;
      if (this.isLeftOut(mem, db, stage.offset)) {
        if (run > 0) break;
        applier.leaveOut(next);
        return true;
      }
      db = selectedDatabase(databases, mem, this.reader) ?? db;
      run += 1;
      at = next;
    }
    if (run > 0) return applier.step(run);
    if (at > from) {
      cursor.consume(at);
      return true;
    }
    if (to - from < LARGE_COMMAND_BYTES) return false;
    return this.isLargeLeftOut(mem, from, to, db, stage.offset) ? applier.leaveOutLarge() : applier.step(1);
  }

  /** Whether the command that was read last uses a key whose stage is the present one or a later one. */
  private isLeftOut(mem: Buffer, db: number, stageOffset: number): boolean {
    const { keys, commandKeys } = this.options.plan;
    if (commandKeys.find(mem, this.reader) !== 'keys') return false;
    const { at, overwritten, otherDb } = commandKeys;
    const { from, to } = this.reader;
    const names = keys.get(db);
    const others = otherDb === undefined ? names : keys.get(otherDb);
    if (!names && !others) return false;
    return at.some((index, i) => {
      const key = mem.toString('latin1', from[index], to[index]);
      return ((i < overwritten ? others : names)?.get(key) ?? -1) >= stageOffset;
    });
  }

  private isLargeLeftOut(mem: Buffer, at: number, end: number, db: number, stageOffset: number): boolean {
    const names = this.options.plan.keys.get(db);
    const first = names && firstWords(this.reader, mem, at, end);
    if (!first || first.from < 0) return false;
    const use = this.options.plan.commandKeys.findByName(mem, first.nameFrom, first.nameTo);
    const key = mem.toString('latin1', first.from, first.to);
    return use === 'first' && (names.get(key) ?? -1) >= stageOffset;
  }

  private writeValues({ parts, commands, bytes }: ValueCommands): void {
    const { batch, output, applier } = this.options;
    if (commands === 0) return;
    // The values begin and end in this database, so the batch knows where it is.
    batch.prepare(CHECKPOINT_DB);
    output.reserve(Math.min(bytes, LARGE_COMMAND_BYTES));
    output.beginMany(commands);
    for (const part of parts) output.copy(part, 0, part.length);
    applier.wroteValues(commands, bytes);
  }
}
