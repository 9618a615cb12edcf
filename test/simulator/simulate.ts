import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { putBack } from './put-back.ts';
import type { Verdict } from './simulation.ts';
import type { Topology } from './topology.ts';

const USAGE = `simulate --seeds N [--from S] [--until-found]   runs histories S to S + N - 1 (S is 0 by default)
simulate --seed S                              runs one and prints it
  --topology T                                 of standalone (the default), target-cluster, source-cluster, both; any: each in turn
  --brief                                      with few faults, as those of npm test
  --only A,B                                   with faults of these kinds alone (test/simulator/faults.ts, cluster-faults.ts)
  --put-back NAME                              with a fault that the engine once had (test/simulator/known-faults.ts)`;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    seed: { type: 'string' },
    from: { type: 'string', default: '0' },
    'until-found': { type: 'boolean', default: false },
    topology: { type: 'string', default: 'standalone' },
    brief: { type: 'boolean', default: false },
    only: { type: 'string' },
    'put-back': { type: 'string' },
  },
});

const print = (line: string): void => void process.stdout.write(`${line}\n`);

if (values['put-back'] !== undefined) putBack(values['put-back']);
const { Simulation } = await import('./simulation.ts');
const { TOPOLOGIES } = await import('./topology.ts');
const { Arenas } = await import('./arenas.ts');
const spoolDir = mkdtempSync(path.join(tmpdir(), 'lockstep-simulate-'));
process.on('exit', () => rmSync(spoolDir, { recursive: true, force: true }));
const ground = { spoolDir, arenas: new Arenas(), brief: values.brief, only: values.only?.split(',') };
const named = TOPOLOGIES.find((one) => one === values.topology);
if (!named && values.topology !== 'any') throw new Error(USAGE);
const topologyOf = (seed: number): Topology => named ?? TOPOLOGIES[seed % TOPOLOGIES.length]!;
const history = (seed: number): Promise<Verdict> =>
  new Simulation(seed, { ...ground, topology: topologyOf(seed) }).run();

if (values.seed !== undefined) process.exitCode = await tellOne(Number(values.seed));
else if (values.seeds !== undefined)
  process.exitCode = await tellMany(Number(values.from), Number(values.seeds));
else {
  print(USAGE);
  process.exitCode = 2;
}

async function tellOne(seed: number): Promise<number> {
  const { lines, faults } = await history(seed);
  for (const line of lines) print(line);
  for (const fault of faults) print(`wrong: ${fault}`);
  if (faults.length === 0) print('as it should be');
  return faults.length === 0 ? 0 : 1;
}

async function tellMany(first: number, seeds: number): Promise<number> {
  const beganMs = performance.now();
  const counts = new Map<string, number>();
  let virtualMs = 0;
  let wrong = 0;
  let run = 0;
  for (let seed = first; seed < first + seeds && !(values['until-found'] && wrong > 0); seed++) {
    const verdict = await history(seed);
    run += 1;
    virtualMs += verdict.virtualMs;
    for (const [what, count] of Object.entries(verdict.counts))
      counts.set(what, (counts.get(what) ?? 0) + count);
    if (verdict.faults.length === 0) continue;
    wrong += 1;
    print(`seed ${seed}: ${verdict.faults[0]}`);
  }
  const seconds = (performance.now() - beganMs) / 1000;
  print([...counts].map(([what, count]) => `${what} ${count}`).join(', '));
  print(
    `${run} histories of ${(virtualMs / 3_600_000).toFixed(1)} hours in ${seconds.toFixed(0)} s, ${wrong} not as they should be`,
  );
  return wrong === 0 ? 0 : 1;
}
