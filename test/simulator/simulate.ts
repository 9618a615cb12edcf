import { parseArgs } from 'node:util';
import { openHistories, type Kind } from './bulk/open-histories.ts';
import { appendRecord, commitHere, sumOfFile } from './bulk/record.ts';
import { openRunner } from './bulk/side-by-side.ts';
import { Tally } from './bulk/tally.ts';
import { parseTraits } from './traits.ts';

const USAGE = `simulate --seeds N [--from S] [--until-found]   runs histories S to S + N - 1 (S is 0 by default)
simulate --seed S                              runs one and prints it
simulate --recorded FILE                       sums up what --record has written
  --topology T                                 of standalone (the default), target-cluster, source-cluster, both, or several: one source
                                               with two or three targets; any: each in turn
  --brief                                      with few faults, as those of npm test
  --only A,B                                   with faults of these kinds alone (test/simulator/faults.ts, cluster-faults.ts)
  --traits A,B                                 with these, as far as they fit: own-keys (of the target), other-databases (of the target),
                                               read-replicas (of the source), asked-repairs (keys copied again, or removed, while the task runs); none with ''; each
               history has some by its seed by default
  --put-back NAME                              with a fault that the engine once had (test/simulator/known-faults.ts)
  --jobs N                                     in so many processes (1 by default)
  --record FILE                                adds a line for each 500 histories: the commit, which they were, those that were wrong`;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string' },
    seed: { type: 'string' },
    from: { type: 'string', default: '0' },
    'until-found': { type: 'boolean', default: false },
    topology: { type: 'string', default: 'standalone' },
    brief: { type: 'boolean', default: false },
    only: { type: 'string' },
    traits: { type: 'string' },
    'put-back': { type: 'string' },
    jobs: { type: 'string', default: '1' },
    record: { type: 'string' },
    recorded: { type: 'string' },
  },
});

/** What is recorded at once: a long run that is broken off loses no more. */
const RECORDED_AT_ONCE = 500;
const NAMES: Record<Kind['topology'], true> = {
  ...{ standalone: true, 'target-cluster': true, 'source-cluster': true, both: true },
  ...{ several: true, any: true },
};

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const isKnown = (name: string): name is Kind['topology'] => Object.hasOwn(NAMES, name);

const { topology, brief, record } = values;
if (!isKnown(topology)) throw new Error(USAGE);
const kind: Kind = {
  ...{ topology, brief, only: values.only?.split(','), putBack: values['put-back'] },
  traits: values.traits === undefined ? undefined : parseTraits(values.traits),
};
if (
  record !== undefined &&
  (values['until-found'] || (kind.only ?? kind.putBack ?? kind.traits) !== undefined)
)
  throw new Error('--record is for all of the seeds, with faults of all kinds, and of the engine as it is');

if (values.recorded !== undefined) for (const line of sumOfFile(values.recorded)) print(line);
else if (values.seed !== undefined) process.exitCode = await tellOne(Number(values.seed));
else if (values.seeds !== undefined)
  process.exitCode = await tellMany(Number(values.from), Number(values.seeds));
else {
  print(USAGE);
  process.exitCode = 2;
}

async function tellOne(seed: number): Promise<number> {
  const history = await openHistories(kind);
  const { lines, faults } = await history(seed);
  for (const line of lines) print(line);
  for (const fault of faults) print(`wrong: ${fault}`);
  if (faults.length === 0) print('as it should be');
  return faults.length === 0 ? 0 : 1;
}

async function tellMany(first: number, seeds: number): Promise<number> {
  // Nobody reads where an error was made, and finding that out takes longer than making it.
  Error.stackTraceLimit = 0;
  const commit = record === undefined ? '' : commitHere();
  const runner = await openRunner(kind, Number(values.jobs));
  const tally = new Tally();
  const goesOn = (): boolean => !values['until-found'] || tally.wrong.length === 0;
  for (let from = first; from < first + seeds && goesOn(); from += RECORDED_AT_ONCE) {
    const last = Math.min(from + RECORDED_AT_ONCE, first + seeds) - 1;
    const wrong: number[] = [];
    await runner.run(
      range(from, last),
      (told) => {
        tally.add(told);
        if (told.fault === undefined) return;
        wrong.push(told.seed);
        print(`seed ${told.seed}: ${told.fault}`);
      },
      goesOn,
    );
    if (record === undefined) continue;
    wrong.sort((a, b) => a - b);
    appendRecord(record, { commit, kind: brief ? `brief-${topology}` : topology, first: from, last, wrong });
  }
  runner.close();
  for (const line of tally.lines) print(line);
  return tally.wrong.length === 0 ? 0 : 1;
}

function* range(first: number, last: number): Generator<number> {
  for (let seed = first; seed <= last; seed++) yield seed;
}
