import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { putBack } from '../put-back.ts';
import type { Verdict } from '../simulation.ts';
import type { Scene } from '../topology.ts';
import type { Trait } from '../traits.ts';

/** Which histories are meant, but for their seeds. */
export interface Kind {
  /** `any`: each in turn. */
  readonly topology: Scene | 'any';
  readonly brief: boolean;
  readonly only: readonly string[] | undefined;
  /** What histories have beside all else, as far as it fits; by their seeds where left out. */
  readonly traits?: readonly Trait[] | undefined;
  /** A fault that the engine once had. */
  readonly putBack: string | undefined;
}

export type Histories = (seed: number) => Promise<Verdict>;

/** Brings a fault back, if there is to be one, and then what runs histories: in this order, and once in a process. */
export async function openHistories({
  topology,
  brief,
  only,
  traits,
  putBack: fault,
}: Kind): Promise<Histories> {
  if (fault !== undefined) putBack(fault);
  const { Simulation } = await import('../simulation.ts');
  const { SeveralTargets } = await import('../several/several-targets.ts');
  const { SCENES } = await import('../topology.ts');
  const { Arenas } = await import('../arenas.ts');
  const spoolDir = mkdtempSync(path.join(tmpdir(), 'lockstep-simulate-'));
  process.on('exit', () => rmSync(spoolDir, { recursive: true, force: true }));
  const ground = { spoolDir, arenas: new Arenas(), brief, only, traits };
  const scenes: readonly Scene[] = topology === 'any' ? SCENES : [topology];
  return (seed) => {
    const scene = scenes[seed % scenes.length]!;
    if (scene === 'several') return new SeveralTargets(seed, ground).run();
    return new Simulation(seed, { ...ground, topology: scene }).run();
  };
}
