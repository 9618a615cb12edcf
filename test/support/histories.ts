import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Arenas } from '../simulator/arenas.ts';
import { Simulation, type Verdict } from '../simulator/simulation.ts';

/** Runs brief histories of some seeds, one after another. @returns those that are not as they should be, with what was wrong */
export async function wrongHistories(first: number, seeds: number): Promise<string[]> {
  const wrong: string[] = [];
  await withGround(async (history) => {
    for (let seed = first; seed < first + seeds; seed++) {
      const { faults } = await history(seed);
      if (faults.length > 0) wrong.push(`npm run simulate -- --brief --seed ${seed}: ${faults[0]}`);
    }
  });
  return wrong;
}

/** Gives brief histories a ground to run on. */
export async function withGround(
  work: (history: (seed: number) => Promise<Verdict>) => Promise<void>,
): Promise<void> {
  const spoolDir = mkdtempSync(path.join(tmpdir(), 'lockstep-histories-'));
  const ground = { spoolDir, arenas: new Arenas(), brief: true };
  try {
    await work((seed) => new Simulation(seed, ground).run());
  } finally {
    rmSync(spoolDir, { recursive: true, force: true });
  }
}
