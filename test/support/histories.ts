import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Arenas } from '../simulator/arenas.ts';
import { Simulation, type Verdict } from '../simulator/simulation.ts';
import { SeveralTargets } from '../simulator/several/several-targets.ts';
import type { Scene } from '../simulator/topology.ts';

/** Runs brief histories of some seeds, one after another. @returns those that are not as they should be, with what was wrong */
export async function wrongHistories(
  first: number,
  seeds: number,
  scene: Scene = 'standalone',
): Promise<string[]> {
  const wrong: string[] = [];
  await withGround(scene, async (history) => {
    for (let seed = first; seed < first + seeds; seed++) {
      const { faults } = await history(seed);
      if (faults.length > 0)
        wrong.push(`npm run simulate -- --brief --topology ${scene} --seed ${seed}: ${faults[0]}`);
    }
  });
  return wrong;
}

/** Gives brief histories a ground to run on. `only`: the kinds of fault that there are to be; all by default. */
export async function withGround(
  scene: Scene,
  work: (history: (seed: number) => Promise<Verdict>) => Promise<void>,
  only?: readonly string[],
): Promise<void> {
  // Nobody reads where an error was made, and finding that out takes longer than making it.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  const spoolDir = mkdtempSync(path.join(tmpdir(), 'lockstep-histories-'));
  const ground = { spoolDir, arenas: new Arenas(), brief: true, only };
  try {
    await work((seed) =>
      scene === 'several'
        ? new SeveralTargets(seed, ground).run()
        : new Simulation(seed, { ...ground, topology: scene }).run(),
    );
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    rmSync(spoolDir, { recursive: true, force: true });
  }
}
