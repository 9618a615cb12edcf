import type { Endpoint } from '../../../shared/model/endpoint.ts';
import type { Phase } from '../../../shared/model/metrics.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import type { Arena } from '../arena/arena.ts';
import type { CommandTable } from '../commands/command-table.ts';
import type { DatabaseChoice } from '../commands/database-choice.ts';
import type { SlotNodes } from '../control/cluster-nodes.ts';
import type { Pair } from '../control/relation.ts';
import type { ServerFacts } from '../control/server-facts.ts';
import type { SourceFeed } from '../intake/source-feed.ts';
import type { SlotSet } from '../router/slot-set.ts';
import type { World } from '../world/world.ts';
import type { AskedRound } from './asked-keys.ts';
import type { NotedFailure } from './failed-commands.ts';

/** What is known of the servers of both sides. */
export interface RepairServers {
  /** The commands as the target knows them. */
  readonly table: CommandTable;
  readonly facts: Pair<ServerFacts>;
  /** Where they were found last. */
  readonly at: Pair<Endpoint>;
  /** Of a target that is a cluster. */
  readonly cluster: { readonly nodes: SlotNodes } | undefined;
}

/** Slots that have come to a shard of the source: all their keys are brought to its state. */
export interface Arrival {
  readonly slots: SlotSet;
  /** What the target has in them, as bytes in latin1 text. */
  readonly standing: readonly string[];
}

/** What a cluster, and a part of a task, bring to a repair. */
export interface RepairPlace {
  /** The slots that a part brings, with those that have come. */
  readonly slots: SlotSet | undefined;
  /** Brought beside what may differ otherwise. */
  readonly arrival: Arrival | undefined;
  /** Keys that somebody has asked for, of which none may differ otherwise; with neither of the others. */
  readonly asked: AskedRound | undefined;
  /** What lanes of a cluster stand in front of. */
  readonly failed: readonly NotedFailure[];
  /** Where the lane of a cluster stands that has come furthest; 0 where there are none. */
  readonly furthest: number;
}

/** What a repair stands on. */
export interface RepairGround {
  readonly world: World;
  readonly spec: TaskSpec;
  readonly arena: Arena;
  readonly databases: DatabaseChoice;
  /** See TaskPart. */
  readonly part?: { readonly leads: boolean } | undefined;
  readonly servers: RepairServers;
  readonly feed: SourceFeed;
  readonly events: { phase(phase: Phase): void; info(text: string): void; warning(text: string): void };
}
