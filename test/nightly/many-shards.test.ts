import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { Arenas } from '../simulator/arenas.ts';
import { Simulation } from '../simulator/simulation.ts';

// Half a minute each: a part for each shard, and a lane for each part and node.
it.each([2, 3])(
  'a history of 74 shards and a target of 3 nodes ends with both sides equal (%i)',
  async (seed) => {
    const spoolDir = mkdtempSync(path.join(tmpdir(), 'lockstep-many-shards-'));
    onTestFinished(() => rmSync(spoolDir, { recursive: true, force: true }));
    const ground = { spoolDir, arenas: new Arenas(), topology: 'both' as const };
    const { faults, counts } = await new Simulation(seed, {
      ...ground,
      shards: { source: 74, target: 3 },
    }).run();
    expect(faults).toEqual([]);
    expect(counts).toMatchObject({ 'in-step': expect.any(Number), 'full-copy': expect.any(Number) });
  },
);
