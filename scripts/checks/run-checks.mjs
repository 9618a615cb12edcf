/**
 * Everything that has to hold, in order: the static checks, then all tests but the nightly ones. A failure does not keep the
 * rest from running. Arguments go to vitest, for example a part of a file's name.
 */
import { conclude, record, recordBuild, runTool, runVitest } from './tally.mjs';

const STATIC_CHECKS = [
  { name: 'format', script: 'prettier/bin/prettier.cjs', args: ['--check', '--log-level=warn', '.'] },
  { name: 'lint', script: 'oxlint/bin/oxlint', args: ['--deny-warnings'] },
  { name: 'types', script: 'typescript/bin/tsc', args: ['--project', '.'] },
];

await recordBuild();
for (const { name, script, args } of STATIC_CHECKS) {
  console.log(name);
  record(name, runTool(script, args).status === 0);
}
const args = process.argv.slice(2);
const choosesProjects = args.some((arg) => arg.startsWith('--project'));
runVitest(choosesProjects ? args : ['--project=!nightly', ...args]);
conclude();
