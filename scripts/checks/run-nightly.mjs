/** The tests that take too long for every change, and all files and cases of those that run a part of them by day. Arguments go to vitest, for example a part of a file's name. */
import { conclude, recordBuild, runVitest } from './tally.mjs';

await recordBuild();
runVitest(['--project=nightly', '--project=integration', '--project=e2e', ...process.argv.slice(2)], {
  LOCKSTEP_NIGHTLY: '1',
});
conclude();
