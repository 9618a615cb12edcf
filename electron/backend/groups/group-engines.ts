import type { EngineProcess, StartEngine } from '../engine-process.ts';
import { GroupEngine } from './group-engine.ts';

/** The processes of groups: the tasks of a group run in one, or in one more where there are too many of them. */
export class GroupEngines {
  private readonly start: StartEngine;
  /** Of each group the process that its next run joins, if that still takes any. */
  private readonly newest = new Map<string, GroupEngine>();

  constructor(start: StartEngine) {
    this.start = start;
  }

  /** An engine for one more run of the group; `name` says of which. @throws when a process cannot be started */
  join(group: string, name: string): EngineProcess {
    for (const [id, engine] of this.newest) if (engine.over) this.newest.delete(id);
    const present = this.newest.get(group);
    const engine = present?.takes ? present : new GroupEngine(this.start);
    this.newest.set(group, engine);
    return engine.join(name);
  }
}
