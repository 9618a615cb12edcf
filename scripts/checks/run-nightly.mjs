/** The tests that take too long for every change. Arguments go to vitest, for example a part of a file's name. */
import { conclude, recordBuild, runVitest } from './tally.mjs';

await recordBuild();
runVitest(['--project=nightly', ...process.argv.slice(2)]);
conclude();
