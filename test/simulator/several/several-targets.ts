import type { ErrorCode } from '../../../shared/errors/catalogue.ts';
import type { Phase } from '../../../shared/model/metrics.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import { brokenWitnesses, checkpointOf, differences, earlierThanPromised } from '../compare.ts';
import type { End } from '../engine-process.ts';
import { History } from '../history.ts';
import { Network } from '../network.ts';
import { Random } from '../random.ts';
import { Scheduler } from '../scheduler.ts';
import { Side } from '../side.ts';
import { SOURCE_PORT, specOf } from '../simulated-task.ts';
import {
  ENDS_OF_FAULTS,
  PATIENCE_MS,
  STOP_PATIENCE_MS,
  STRAGGLERS_MS,
  WATCH_EVERY_MS,
  type Ground,
  type Verdict,
} from '../simulation.ts';
import { SourceModel } from '../source-model.ts';
import { TargetModel } from '../target-model.ts';
import { Writer } from '../writer.ts';
import { GroupFaults, type BreakableGroup } from './group-faults.ts';
import { GroupProcess, type Member } from './group-process.ts';
import { Witnesses } from './witnesses.ts';

const TARGET_PORTS = 7002;
/** The most is more than a log has memory for: nothing of it goes to disk. */
const LEAST_FLOOD_PIECES = 30;
const MOST_FLOOD_PIECES = 110;
const FLOOD_PIECE_BYTES = 64 * 1024;
const SPOOL_ON_DISK_BYTES = 0;

/** One history of a source that one process reads once for several targets, a task for each. */
export class SeveralTargets implements BreakableGroup {
  readonly random: Random;
  readonly scheduler = new Scheduler();
  readonly history = new History(this.scheduler);
  readonly network: Network;
  readonly source: SourceModel;
  readonly targets: readonly TargetModel[];
  readonly only: readonly string[] | undefined;
  readonly counts: Record<string, number> = {};
  groups: readonly GroupProcess[] = [];
  private readonly seed: number;
  private readonly ground: Ground;
  private readonly specs: readonly TaskSpec[];
  private readonly writer: Writer;
  private readonly witnesses: Witnesses;
  private readonly faults: string[] = [];
  private readonly wentBackMs: number[];
  /** Where the source's data ended when a run began to catch up. */
  private readonly goals = new Map<Member, { readonly offset: number; readonly replid: string }>();
  private wanted = true;
  private flooded = 0;

  constructor(seed: number, ground: Ground) {
    this.seed = seed;
    this.ground = ground;
    this.only = ground.only;
    this.random = new Random(seed);
    const { random, scheduler } = this;
    this.network = new Network(scheduler, random, random.pick([0, 1, 1, 3, 12]));
    this.source = new SourceModel(scheduler, random, SOURCE_PORT, random.pick([0, 0, -300, 700]));
    this.source.keep(random.pick([2048, 16_384, 65_536, 65_536, 16 * 1024 ** 2]));
    this.targets = Array.from(
      { length: random.pick([2, 2, 3]) },
      (_, i) => new TargetModel(scheduler, random, TARGET_PORTS + i, random.pick([0, 0, 400, -800])),
    );
    for (const server of [this.source, ...this.targets]) {
      server.onUnknown = (what) => this.wrong(what);
      this.network.listen(server.port, server);
    }
    this.wentBackMs = this.targets.map(() => -Infinity);
    this.writer = new Writer(new Side([this.source]), random, { clustered: false, tags: 0 });
    this.witnesses = new Witnesses(this.source);
    const spec = { ...specOf(ground.spoolDir), spoolMaxBytes: SPOOL_ON_DISK_BYTES };
    this.specs = this.targets.map(({ port }, i) => ({
      ...{ ...spec, task: `simulated-to-${i}`, target: { ...spec.target, port } },
    }));
  }

  async run(): Promise<Verdict> {
    try {
      await this.goThrough();
    } catch (error) {
      this.wrong(error instanceof Error ? error.message : String(error));
    }
    for (const group of this.groups) group.kill();
    const { seed, faults, history, scheduler, counts } = this;
    return {
      ...{ seed, faults, counts, lines: history.lines },
      ...{ happened: scheduler.happened, virtualMs: scheduler.nowMs },
    };
  }

  private async goThrough(): Promise<void> {
    const { source, targets, writer, scheduler, random } = this;
    source.start();
    for (const target of targets) target.startSaving();
    writer.fill();
    writer.start();
    this.watch();
    this.startGroup();
    const faults = new GroupFaults(this);
    const endMs = this.ground.brief ? random.between(1500, 5000) : random.between(3000, 20_000);
    faults.begin(endMs);
    await scheduler.run(endMs, () => this.faults.length > 0);
    faults.heal();
    if (this.faults.length === 0) await this.settle();
  }

  count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }

  wrong(what: string): void {
    if (this.faults.length >= 20) return;
    this.faults.push(what);
    this.history.note('WRONG', what);
  }

  get group(): GroupProcess | undefined {
    const last = this.groups.at(-1);
    return last?.killed === false ? last : undefined;
  }

  wentBack(index: number): void {
    this.wentBackMs[index] = this.scheduler.nowMs;
  }

  parted(change: () => void): void {
    this.witnesses.parted(change);
  }

  flood(): void {
    const { scheduler, random } = this;
    const pieces = random.between(LEAST_FLOOD_PIECES, MOST_FLOOD_PIECES);
    for (let piece = 0; piece < pieces; piece++)
      scheduler.after(piece * 20, () => {
        const value = String(this.flooded++).padEnd(FLOOD_PIECE_BYTES, 'x');
        if (this.writer.active) this.writer.run(0, ['SET', `big:${piece % 3}`, value]);
      });
  }

  startGroup(): void {
    const { network, history, random, scheduler } = this;
    const group = new GroupProcess({
      ...{ name: `group${this.groups.length + 1}`, network, history, arenas: this.ground.arenas },
      aheadMs: random.pick([0, 0, 250, -400]),
      onPhase: (member, phase) => this.phase(member, phase),
      onFault: (member, code) => this.told(member, code),
      onEnd: (member, end) => this.ended(member, end),
    });
    this.groups = [...this.groups, group];
    // All at once, as a host begins those that were to run, or one after another.
    const apartMs = random.pick([0, 0, 100, 4000]);
    for (const [index, spec] of this.specs.entries())
      if (apartMs === 0) group.start(index, spec);
      else scheduler.after(random.between(0, apartMs), () => group.start(index, spec));
  }

  private phase(member: Member, phase: Phase): void {
    this.count(phase);
    const { source } = this;
    if (phase === 'catching-up')
      this.goals.set(member, { offset: source.lastWriteOffset, replid: source.replid });
    const goal = this.goals.get(member);
    if (phase !== 'in-step' || !goal || goal.replid !== source.replid) return;
    const checkpoint = this.checkpoint(member.index);
    if (!checkpoint || checkpoint.get('replid') !== source.replid) return;
    // Another run may have taken over, or the target may have gone back, and this one is about to hear of it.
    if (member.group !== this.group || this.wentBackMs[member.index]! > member.startedAtMs) return;
    const offset = Number(checkpoint.get('offset'));
    if (offset < goal.offset) this.wrong(`${member.name} is in step, with ${offset} of ${goal.offset}`);
  }

  private told(member: Member, code: ErrorCode): void {
    this.count(code);
    if (code === 'TARGET_CUT_LOOSE' && member.group.running.length < 2)
      this.wrong(`${member.name} is cut loose, and nobody else is there`);
  }

  private ended(member: Member, { code, fact }: End): void {
    const { index } = member;
    if (code !== undefined) this.count(code);
    if (code === 'TARGET_TAKEN_OVER' && !this.mayBeTakenOver(member))
      this.wrong(`${member.name} takes itself for deposed, and nobody else has begun since`);
    else if (code !== undefined && code !== 'TARGET_TAKEN_OVER' && !ENDS_OF_FAULTS.test(code))
      this.wrong(`${member.name} ends with ${fact}`);
    if (code === 'TARGET_HANDED_OVER') {
      this.history.note('operator', `empties target ${index}`);
      for (const group of this.groups) group.kill();
      this.wentBack(index);
      this.targets[index]!.empty();
    }
    this.scheduler.after(this.random.between(100, 3000), () => {
      if (!this.wanted) return;
      if (this.group) this.group.start(index, this.specs[index]!);
      else this.startGroup();
    });
  }

  /** Somebody else was there at the same time, or left bytes behind that came later; or the target is not what it was. */
  private mayBeTakenOver(member: Member): boolean {
    const sinceMs = member.startedAtMs - STRAGGLERS_MS;
    return (
      this.wentBackMs[member.index]! > sinceMs ||
      this.groups.some(({ members }) =>
        members.some(
          (other) => other !== member && other.index === member.index && other.endedAtMs > sinceMs,
        ),
      )
    );
  }

  private watch(): void {
    this.scheduler.after(WATCH_EVERY_MS, () => {
      for (const [i, target] of this.targets.entries()) {
        const { task } = this.specs[i]!;
        for (const what of earlierThanPromised(target, task)) this.wrong(what);
        const what = this.witnesses.wrongOn(target, task);
        if (what !== undefined) this.wrong(what);
      }
      if (this.wanted) this.watch();
    });
  }

  /** All is well again: all come in step by one link, and in the end each target can take the source's place. */
  private async settle(): Promise<void> {
    const { targets, writer } = this;
    this.history.note('world', 'all is well from here on');
    await this.until(3000, () => false);
    writer.finish();
    if (!this.group) this.startGroup();
    // One that began before, and came to nothing yet, could still take a task over, and so could what it has sent.
    for (const other of this.groups) if (other !== this.group) other.kill();
    await this.until(STRAGGLERS_MS, () => false);
    const all = await this.until(PATIENCE_MS, () => targets.every((_, i) => this.inStep(i)));
    if (this.faults.length > 0) return;
    if (!all) return this.wrong(`not all in step ${PATIENCE_MS / 1000} s after all was well again`);
    const once = await this.until(
      PATIENCE_MS,
      () => this.source.followers === 1 && targets.every((_, i) => this.inStep(i)),
    );
    if (this.faults.length > 0) return;
    if (!once)
      return this.wrong(`${this.source.followers} links to the source, ${PATIENCE_MS / 1000} s after that`);
    this.compare(true);
    this.wanted = false;
    const last = this.group!.running;
    for (const member of last) member.tell((run) => run.stop('drain'));
    await this.until(STOP_PATIENCE_MS, () => last.every(({ running }) => !running));
    for (const { name, end } of last)
      if (end?.outcome?.reason !== 'stopped') this.wrong(`${name} could not be stopped`);
    if (this.faults.length === 0) this.compare(false);
  }

  private until(forMs: number, ended: () => boolean): Promise<boolean> {
    return this.scheduler.run(this.scheduler.nowMs + forMs, () => this.faults.length > 0 || ended());
  }

  private inStep(index: number): boolean {
    if (this.group?.member(index)?.phase !== 'in-step') return false;
    const checkpoint = this.checkpoint(index);
    return (
      checkpoint?.get('replid') === this.source.replid &&
      checkpoint.get('fault') === '' &&
      Number(checkpoint.get('verified')) >= this.source.lastWriteOffset
    );
  }

  private checkpoint(index: number): ReadonlyMap<string, string> | undefined {
    return checkpointOf(this.targets[index]!, this.specs[index]!.task);
  }

  private compare(late: boolean): void {
    for (const [i, target] of this.targets.entries()) {
      const checkpoint = this.checkpoint(i);
      const amounts = { smallMs: Number(checkpoint?.get('small')), longMs: Number(checkpoint?.get('long')) };
      for (const what of differences(this.source, target, late ? amounts : undefined))
        this.wrong(`target ${i}: ${what}`);
      for (const what of brokenWitnesses(`target ${i}`, target.keyspace)) this.wrong(what);
      if (!late && (checkpoint?.get('expiry') !== 'exact' || checkpoint.get('active') !== '0'))
        this.wrong(`the checkpoint does not say that target ${i} was handed over`);
    }
  }
}
