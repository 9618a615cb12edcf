/**
 * The version tests, against today's servers: every ordered pair of them and of the system's own. LOCKSTEP_TEST_SERVERS names a
 * folder of other programs to use instead. Arguments go to vitest.
 */
import { bringTestServers, TEST_SERVERS } from '../bootstrap/test-servers.mjs';
import { conclude, record, recordBuild, runVitest } from './tally.mjs';

/** The files that ask for servers of other versions. */
const FILES = [
  'versions',
  'compare-versions',
  'rdb-decoder',
  'inspect',
  'precheck-data',
  'precheck-rights',
  'script-wrapper',
  'source-breaks',
  'relative-expiry',
  'import-mode',
  'atomic-slot-moves',
  'source-databases',
  'cluster-databases',
];

let folder = process.env.LOCKSTEP_TEST_SERVERS;
if (!folder) {
  folder = TEST_SERVERS;
  for (const { name, version } of await bringTestServers())
    record(`${name}: ${version ?? 'not to be had'}`, version !== undefined);
}
await recordBuild();
const files = FILES.map((name) => `test/integration/${name}.test.ts`);
runVitest(['--project=integration', ...files, ...process.argv.slice(2)], { LOCKSTEP_TEST_SERVERS: folder });
conclude();
