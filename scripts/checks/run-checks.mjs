/**
 * Everything that has to hold: the static checks, side by side, then all tests but the nightly ones. A failure does not keep the
 * rest from running. Arguments go to vitest, for example a part of a file's name.
 */
import { inRoot } from '../bootstrap/project.mjs';
import { conclude, record, recordBuild, runAlong, runAside, runVitest } from './tally.mjs';

/** By their content, so that a file which was only touched, or has its old time, is known for what it is. */
const FORMAT_CACHE = ['--cache', '--cache-strategy=content', `--cache-location=${inRoot('.cache/prettier')}`];
const STATIC_CHECKS = [
  {
    name: 'format',
    script: 'prettier/bin/prettier.cjs',
    args: ['--check', '--log-level=warn', ...FORMAT_CACHE, '.'],
  },
  { name: 'lint', script: 'oxlint/bin/oxlint', args: ['--deny-warnings'] },
  { name: 'types', script: 'typescript/bin/tsc', args: ['--project', '.'] },
];

const given = process.argv.slice(2);
// What the tests of the window need is fetched meanwhile; they wait for it where that takes longer.
if (given.length === 0) runAlong('scripts/checks/fetch-window-tools.mjs');
await recordBuild();
const running = STATIC_CHECKS.map(({ name, script, args }) => ({ name, ended: runAside(script, args) }));
for (const { name, ended } of running) {
  const { passed, output } = await ended;
  console.log(`${name}\n${output}`.trimEnd());
  record(name, passed);
}
const choosesProjects = given.some((arg) => arg.startsWith('--project'));
runVitest(choosesProjects ? given : ['--project=!nightly', ...given]);
conclude();
