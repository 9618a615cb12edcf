/** One source for three targets: faults of every kind at random moments. */
import { testRandomFaults } from '../support/one-to-many/random-faults.ts';

const first = Number(process.env['LOCKSTEP_SEED'] ?? Date.now() % 100_000);
const histories = Number(process.env['LOCKSTEP_HISTORIES'] ?? 8);

for (let seed = first; seed < first + histories; seed++) testRandomFaults(seed, 12);
