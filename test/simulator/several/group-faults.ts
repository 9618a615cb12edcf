import { ComeBacks } from '../come-backs.ts';
import { TASKS_KEY } from '../../../electron/engine/checkpoint/task-index.ts';
import type { Client } from '../client.ts';
import { weighted, type Weighted } from '../faults.ts';
import type { History } from '../history.ts';
import type { Network } from '../network.ts';
import type { Random } from '../random.ts';
import { Failure, type Reply } from '../resp.ts';
import type { Scheduler } from '../scheduler.ts';
import { SOURCE_PORT } from '../simulated-task.ts';
import type { SourceModel } from '../source-model.ts';
import type { TargetModel } from '../target-model.ts';
import type { GroupProcess, Member } from './group-process.ts';

/** What there is to be broken. */
export interface BreakableGroup {
  readonly random: Random;
  readonly scheduler: Scheduler;
  readonly history: History;
  readonly network: Network;
  readonly source: SourceModel;
  readonly targets: readonly TargetModel[];
  /** The kinds of fault that there are; undefined for all. */
  readonly only: readonly string[] | undefined;
  /** The process that began last, if it goes on. */
  readonly group: GroupProcess | undefined;
  readonly groups: readonly GroupProcess[];
  startGroup(): void;
  /** What a target holds may be older than what it answered. */
  wentBack(index: number): void;
  /** The source goes on under another name. */
  parted(change: () => void): void;
  /** Writes so much to the source that no log holds it. */
  flood(): void;
  count(what: string): void;
}

interface Fault extends Weighted {
  readonly run: (faults: GroupFaults) => void;
}

/** Breaks the world of a source with several targets at moments that its seed decides. */
export class GroupFaults {
  readonly sim: BreakableGroup;
  private readonly list: readonly Fault[];
  private active = false;
  private readonly comeBacks: ComeBacks;

  constructor(sim: BreakableGroup) {
    this.sim = sim;
    this.comeBacks = new ComeBacks(sim.scheduler);
    const { only } = sim;
    this.list = only ? FAULTS.filter(({ name }) => only.includes(name)) : FAULTS;
    for (const target of sim.targets)
      target.onExec = (commands, replies, client) => this.afterExec(commands, replies, client);
  }

  begin(untilMs: number): void {
    this.active = true;
    const { scheduler, random } = this.sim;
    const next = (): void => {
      const waitMs = random.chance(0.3) ? random.between(1, 200) : random.between(200, 3000);
      if (scheduler.nowMs + waitMs >= untilMs) return;
      scheduler.after(waitMs, () => {
        if (!this.active) return;
        const fault = weighted(this.list, random.next());
        this.sim.count(fault.name);
        this.sim.history.note('fault', fault.name);
        fault.run(this);
        next();
      });
    };
    scheduler.after(random.pick([50, 500, 3000]), next);
  }

  /** What is broken is whole again. */
  heal(): void {
    this.active = false;
    const { source, targets, groups, scheduler } = this.sim;
    for (const target of targets) {
      target.outOfMemory = target.readOnly = false;
      target.onExec = () => undefined;
    }
    for (const server of [source, ...targets])
      server.frozenUntilMs = Math.min(server.frozenUntilMs, scheduler.nowMs + 1);
    this.comeBacks.atOnce();
    for (const group of groups) for (const member of group.running) member.tell((run) => run.resume());
  }

  /** Of one target, or of the source. */
  get somePort(): number {
    return this.sim.random.pick(this.sim.targets).port;
  }

  private member(): Member | undefined {
    const running = this.sim.group?.running ?? [];
    return running.length > 0 ? this.sim.random.pick(running) : undefined;
  }

  cutOften(port: number): void {
    const { scheduler, random, network } = this.sim;
    for (let left = random.between(3, 8), atMs = 0; left > 0; left--) {
      scheduler.after(atMs, () => this.active && network.cut(undefined, port, 0.8));
      atMs += random.between(5, 700);
    }
  }

  freeze(server: SourceModel | TargetModel, forMs: number): void {
    server.frozenUntilMs = this.sim.scheduler.nowMs + forMs;
  }

  kill(): void {
    const { scheduler, random, group } = this.sim;
    group?.kill();
    scheduler.after(random.between(1, 3000), () => {
      if (!this.sim.group) this.sim.startGroup();
    });
  }

  /** Another process begins with the same tasks while the first goes on, or hangs. */
  takeOver(): void {
    const { network, random, group } = this.sim;
    if (group && random.chance(0.5)) network.stall(group.name, undefined, random.between(500, 20_000));
    this.sim.startGroup();
  }

  stop(): void {
    const how = this.sim.random.pick(['drain', 'now'] as const);
    const member = this.member();
    if (member) this.sim.history.note(member.name, `is asked to stop (${how})`);
    member?.tell((run) => run.stop(how));
  }

  pause(forMs: number): void {
    const member = this.member();
    member?.tell((run) => run.pause());
    this.sim.scheduler.after(forMs, () => member?.tell((run) => run.resume()));
  }

  restartTarget(): void {
    const { network, random, targets, history } = this.sim;
    const index = random.between(0, targets.length - 1);
    const target = targets[index]!;
    const back = random.chance(0.4) ? 0 : random.between(1, 10);
    if (!target.listening) return;
    target.listening = false;
    network.serverDies(target.port);
    this.later(random.between(50, 4000), () => {
      if (back > 0) this.sim.wentBack(index);
      target.restart(back);
      history.note('target', `${index} is back, with what it had ${back * 250} ms before`);
    });
  }

  restartSource(): void {
    const { network, random, source } = this.sim;
    if (!source.listening) return;
    source.listening = false;
    network.serverDies(SOURCE_PORT);
    this.later(random.between(50, 3000), () => this.sim.parted(() => source.restart(random.between(0, 4))));
  }

  failOverSource(): void {
    const { network, random, history, source } = this.sim;
    if (!source.listening) return;
    source.listening = false;
    network.serverDies(SOURCE_PORT);
    const stepsBack = random.chance(0.4) ? 0 : random.between(1, 6);
    this.later(random.between(50, 2000), () => {
      let lost = 0;
      this.sim.parted(() => (lost = source.failOver(stepsBack)));
      history.note('source', `is another server now, which lacks the last ${lost} bytes`);
    });
  }

  /** Whoever reads for that target cannot say whether it agrees to the source's next history. */
  failOverUnheard(): void {
    const { random } = this.sim;
    this.freeze(random.pick(this.sim.targets), random.between(4000, 20_000));
    this.failOverSource();
  }

  /** More is written than a log holds, while somebody takes nothing of it. */
  flood(): void {
    const { random, targets, group } = this.sim;
    if (group && random.chance(0.4)) this.pause(random.between(3000, 15_000));
    else this.freeze(random.pick(targets), random.between(5000, 25_000));
    this.sim.flood();
  }

  refuse(what: 'outOfMemory' | 'readOnly'): void {
    const { random, targets } = this.sim;
    const target = random.pick(targets);
    target[what] = true;
    this.later(random.between(200, 6000), () => (target[what] = false));
  }

  private later(waitMs: number, run: () => void): void {
    this.comeBacks.after(waitMs, run);
  }

  /** A target has run a transaction, and nobody has heard of it. */
  private afterExec(
    commands: readonly (readonly string[])[],
    replies: readonly Reply[],
    { channel }: Client,
  ): void {
    if (!this.active || !channel) return;
    const { random, groups, history } = this.sim;
    const failed = replies.some((reply) => reply instanceof Failure);
    const claim = commands.some(([name = '', key]) => name.toLowerCase() === 'hset' && key === TASKS_KEY);
    if (!random.chance(failed ? 0.4 : claim ? 0.05 : 0.003)) return;
    const how = random.chance(0.3) ? 'kill' : 'cut';
    const what = failed ? 'a failure' : claim ? 'a claim' : 'a batch';
    this.sim.count(`${how} behind ${what}`);
    history.note('fault', `${how} ${channel.process} behind ${what}`);
    if (how === 'cut') return channel.cut();
    groups.find(({ name }) => name === channel.process)?.kill();
    this.later(random.between(1, 2000), () => {
      if (!this.sim.group) this.sim.startGroup();
    });
  }
}

const between = ({ sim }: GroupFaults, from: number, to: number): number => sim.random.between(from, to);

const FAULTS: readonly Fault[] = [
  { name: 'cut target', weight: 8, run: (faults) => faults.sim.network.cut(undefined, faults.somePort, 0.7) },
  { name: 'cut target often', weight: 4, run: (faults) => faults.cutOften(faults.somePort) },
  { name: 'cut source', weight: 6, run: ({ sim }) => sim.network.cut(undefined, SOURCE_PORT, 0.7) },
  { name: 'cut source often', weight: 3, run: (faults) => faults.cutOften(SOURCE_PORT) },
  {
    name: 'stall target',
    weight: 5,
    run: (faults) => faults.sim.network.stall(undefined, faults.somePort, between(faults, 100, 40_000)),
  },
  {
    name: 'stall source',
    weight: 3,
    run: (faults) => faults.sim.network.stall(undefined, SOURCE_PORT, between(faults, 100, 8000)),
  },
  {
    name: 'freeze target',
    weight: 4,
    run: (faults) => faults.freeze(faults.sim.random.pick(faults.sim.targets), between(faults, 100, 30_000)),
  },
  {
    name: 'freeze source',
    weight: 2,
    run: (faults) => faults.freeze(faults.sim.source, between(faults, 100, 5000)),
  },
  { name: 'kill', weight: 5, run: (faults) => faults.kill() },
  { name: 'take over', weight: 3, run: (faults) => faults.takeOver() },
  { name: 'stop', weight: 4, run: (faults) => faults.stop() },
  { name: 'pause', weight: 4, run: (faults) => faults.pause(between(faults, 500, 15_000)) },
  { name: 'restart target', weight: 5, run: (faults) => faults.restartTarget() },
  { name: 'restart source', weight: 1, run: (faults) => faults.restartSource() },
  { name: 'fail over source', weight: 4, run: (faults) => faults.failOverSource() },
  { name: 'fail over source unheard', weight: 4, run: (faults) => faults.failOverUnheard() },
  { name: 'flood', weight: 2, run: (faults) => faults.flood() },
  { name: 'out of memory', weight: 2, run: (faults) => faults.refuse('outOfMemory') },
  { name: 'read-only', weight: 2, run: (faults) => faults.refuse('readOnly') },
];
