import type { EngineProcess, StartEngine } from '../engine-process.ts';
import { GroupEngine } from './group-engine.ts';

/** So many deaths of a group's shared process within so long: perhaps by one of its runs, and so they are parted for as long. */
const MOST_DEATHS = 3;
const WITHIN_MS = 10 * 60_000;

/**
 * The processes of groups: the tasks of a group run in one, or in one more where there are too many of them. After it has died
 * again and again each run gets a process of its own for a while, so that one that crashes takes the others along no more.
 */
export class GroupEngines {
  private readonly start: StartEngine;
  /** Of each group the process that its next run joins, if that still takes any. */
  private readonly newest = new Map<string, GroupEngine>();
  /** Of each group when its shared process has died of late, MOST_DEATHS times at most. */
  private readonly deaths = new Map<string, readonly number[]>();

  constructor(start: StartEngine) {
    this.start = start;
  }

  /** An engine for one more run of the group; `name` says of which. @throws when a process cannot be started */
  join(group: string, name: string): EngineProcess {
    for (const [id, engine] of this.newest) if (engine.over) this.newest.delete(id);
    if (this.deathsOf(group).length >= MOST_DEATHS) return this.open(group).join(name);
    const present = this.newest.get(group);
    const engine = present?.takes ? present : this.open(group);
    this.newest.set(group, engine);
    return engine.join(name);
  }

  private open(group: string): GroupEngine {
    return new GroupEngine({ start: this.start, onDeath: () => this.died(group) });
  }

  private died(group: string): string {
    const deaths = [...this.deathsOf(group), performance.now()].slice(-MOST_DEATHS);
    this.deaths.set(group, deaths);
    if (deaths.length < MOST_DEATHS) return '';
    return ', for the third time within 10 minutes; from now on each has an engine of its own';
  }

  private deathsOf(group: string): readonly number[] {
    const sinceMs = performance.now() - WITHIN_MS;
    for (const [id, times] of this.deaths) if (times.every((atMs) => atMs <= sinceMs)) this.deaths.delete(id);
    return (this.deaths.get(group) ?? []).filter((atMs) => atMs > sinceMs);
  }
}
