import type { CommandBuffer } from '../command-buffer.ts';
import { Random } from '../random.ts';
import type { ServerAbilities } from '../server-abilities.ts';
import { weighted } from '../weighted.ts';
import { COLLECTION_OPERATIONS } from './collection-operations.ts';
import { GuardedCounters } from './guarded-counters.ts';
import { keyOperations } from './key-operations.ts';
import { prepareStreams, streamOperations } from './stream-operations.ts';
import { LARGE_VALUE, STRING_OPERATIONS } from './string-operations.ts';
import type { Operation, Workload } from './workload.ts';

/** Of this many batches one has a large value. */
const BATCHES_PER_LARGE_VALUE = 150;

/** Writes batches of the mixture, each within one database. */
export class ExecWriter {
  private readonly random: Random;
  private readonly draw: (random: Random) => Operation;
  private readonly counters = new GuardedCounters();
  private readonly abilities: ServerAbilities;
  private readonly databases: readonly number[];
  private readonly prefix: string;

  /** `prefix`: of all keys, by default one of the seed's own. */
  constructor(
    options: { seed: number; databases: readonly number[]; prefix?: string },
    abilities: ServerAbilities,
  ) {
    this.random = new Random(options.seed);
    this.abilities = abilities;
    this.databases = options.databases;
    this.prefix = options.prefix ?? `w${options.seed}:`;
    const all = [
      ...STRING_OPERATIONS,
      ...COLLECTION_OPERATIONS,
      ...streamOperations(),
      ...keyOperations(options.databases),
    ];
    this.draw = weighted(
      all.filter(({ needs }) => !needs || abilities[needs]).map((operation) => [operation.weight, operation]),
    );
  }

  /** Writes what the operations rely on, into every database: the streams with their groups. */
  prepare(out: CommandBuffer): void {
    if (!this.abilities.streams) return;
    for (const db of this.databases) {
      out.add('SELECT', db);
      prepareStreams(out, this.prefix);
    }
  }

  /** Writes about `commands` commands, more by the rest of the last unit; returns how many it wrote. */
  write(out: CommandBuffer, commands: number): number {
    const before = out.commands;
    const { random, abilities, prefix, databases } = this;
    const db = random.pick(databases);
    const workload: Workload = { out, random, abilities, prefix, databases, db, nowMs: Date.now() };
    out.add('SELECT', db);
    this.counters.write(workload);
    if (random.below(BATCHES_PER_LARGE_VALUE) === 0) LARGE_VALUE.write(workload);
    while (out.commands - before < commands) this.draw(random).write(workload);
    return out.commands - before;
  }
}
