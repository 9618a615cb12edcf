/**
 * Everything that has to hold, in order: the static checks, then the tests. A failure does not keep the rest
 * from running. Arguments go to vitest, for example a part of a file's name.
 * The last line is `N passed, N failed`, with `, N skipped` where tests were; a static check counts as one.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inRoot, ROOT } from '../bootstrap/project.mjs';
import { ensureBuild } from '../build/freshness.mjs';

const STATIC_CHECKS = [
  { name: 'format', script: 'prettier/bin/prettier.cjs', args: ['--check', '--log-level=warn', '.'] },
  { name: 'lint', script: 'oxlint/bin/oxlint', args: ['--deny-warnings'] },
  { name: 'types', script: 'typescript/bin/tsc', args: ['--project', '.'] },
];

const total = { passed: 0, failed: 0, skipped: [] };

const runTool = (script, args, env = process.env) =>
  spawnSync(process.execPath, [inRoot('node_modules', script), ...args], {
    cwd: ROOT,
    env,
    stdio: 'inherit',
  });

function record(name, passed) {
  total[passed ? 'passed' : 'failed'] += 1;
  console.log(`${passed ? 'passed' : 'FAILED'}: ${name}\n`);
}

async function build() {
  try {
    await ensureBuild();
    return true;
  } catch (error) {
    console.log(error.message);
    return false;
  }
}

/** Adds what the count reporter found. A run that ends without its report, or in vain, counts as a failure. */
function runVitest(args) {
  const folder = mkdtempSync(path.join(tmpdir(), 'lockstep-counts-'));
  const file = path.join(folder, 'counts.json');
  try {
    const reporters = ['--reporter=default', `--reporter=${inRoot('scripts/checks/count-reporter.mjs')}`];
    const { status } = runTool('vitest/vitest.mjs', ['run', ...reporters, ...args], {
      ...process.env,
      LOCKSTEP_TEST_COUNTS: file,
    });
    const counts = JSON.parse(readFileSync(file, 'utf8'));
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped.push(...counts.skipped);
    if (counts.passed + counts.failed === 0) record('tests: not one ran', false);
    else if (status !== 0 && counts.failed === 0) record(`tests: vitest ended with status ${status}`, false);
  } catch (error) {
    record(`tests: vitest ended without a result (${error.message})`, false);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

console.log('build');
record('build', await build());
for (const { name, script, args } of STATIC_CHECKS) {
  console.log(name);
  record(name, runTool(script, args).status === 0);
}
runVitest(process.argv.slice(2));

for (const name of total.skipped) console.log(`skipped: ${name}`);
const skipped = total.skipped.length > 0 ? `, ${total.skipped.length} skipped` : '';
console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
process.exitCode = total.failed > 0 ? 1 : 0;
