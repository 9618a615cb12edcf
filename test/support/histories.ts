import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Arenas } from '../simulator/arenas.ts';
import { Simulation, type Verdict } from '../simulator/simulation.ts';
import type { Topology } from '../simulator/topology.ts';

/** Runs brief histories of some seeds, one after another. @returns those that are not as they should be, with what was wrong */
export async function wrongHistories(
  first: number,
  seeds: number,
  topology: Topology = 'standalone',
): Promise<string[]> {
  const wrong: string[] = [];
  await withGround(topology, async (history) => {
    for (let seed = first; seed < first + seeds; seed++) {
      const { faults } = await history(seed);
      if (faults.length > 0)
        wrong.push(`npm run simulate -- --brief --topology ${topology} --seed ${seed}: ${faults[0]}`);
    }
  });
  return wrong;
}

/** Gives brief histories a ground to run on. */
export async function withGround(
  topology: Topology,
  work: (history: (seed: number) => Promise<Verdict>) => Promise<void>,
): Promise<void> {
  // Nobody reads where an error was made, and finding that out takes longer than making it.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  const spoolDir = mkdtempSync(path.join(tmpdir(), 'lockstep-histories-'));
  const ground = { spoolDir, arenas: new Arenas(), brief: true, topology };
  try {
    await work((seed) => new Simulation(seed, ground).run());
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    rmSync(spoolDir, { recursive: true, force: true });
  }
}
