/** What a run of checks counts, and how it tells it: the last line is `N passed, N failed`, with `, N skipped` where tests were. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inRoot, ROOT } from '../bootstrap/project.mjs';
import { ensureBuild } from '../build/freshness.mjs';

const total = { passed: 0, failed: 0, skipped: [], failures: [] };

/** Runs a program of a dependency beside others, with its output for whoever prints it. */
export function runAside(script, args) {
  const child = spawn(process.execPath, [inRoot('node_modules', script), ...args], { cwd: ROOT });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => (output += text));
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ passed: false, output: error.message }));
    child.once('close', (status) => resolve({ passed: status === 0, output }));
  });
}

/** Runs a script of this project beside all others, whatever becomes of it, with this terminal's output. */
export function runAlong(script) {
  spawn(process.execPath, [inRoot(script)], { cwd: ROOT, stdio: 'inherit' }).once('error', () => undefined);
}

/** Runs a program of a dependency with this terminal's output. */
const runTool = (script, args, env = process.env) =>
  spawnSync(process.execPath, [inRoot('node_modules', script), ...args], {
    cwd: ROOT,
    env,
    stdio: 'inherit',
  });

/** Counts something that is no test as one. */
export function record(name, passed) {
  total[passed ? 'passed' : 'failed'] += 1;
  if (!passed) total.failures.push(name);
  console.log(`${passed ? 'passed' : 'FAILED'}: ${name}\n`);
}

/** Builds, which is a check of its own: the tests run what was built. */
export async function recordBuild() {
  console.log('build');
  try {
    await ensureBuild();
    record('build', true);
  } catch (error) {
    console.log(error.message);
    record('build', false);
  }
}

/** Adds what the count reporter found. A run that ends without its report, or in vain, counts as a failure. */
export function runVitest(args, env = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'lockstep-counts-'));
  const file = path.join(folder, 'counts.json');
  try {
    const reporters = ['--reporter=default', `--reporter=${inRoot('scripts/checks/count-reporter.mjs')}`];
    const { status } = runTool('vitest/vitest.mjs', ['run', ...reporters, ...args], {
      ...process.env,
      ...env,
      LOCKSTEP_TEST_COUNTS: file,
    });
    const counts = JSON.parse(readFileSync(file, 'utf8'));
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped.push(...counts.skipped);
    total.failures.push(...counts.failures);
    if (counts.passed + counts.failed === 0) record('tests: not one ran', false);
    else if (status !== 0 && counts.failed === 0) record(`tests: vitest ended with status ${status}`, false);
  } catch (error) {
    record(`tests: vitest ended without a result (${error.message})`, false);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Prints what was skipped, what failed, and the counts, so that the end of the output tells it, and sets the exit status. */
export function conclude() {
  for (const name of total.skipped) console.log(`skipped: ${name}`);
  for (const failure of total.failures) console.log(`FAILED: ${failure}`);
  const skipped = total.skipped.length > 0 ? `, ${total.skipped.length} skipped` : '';
  console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
  process.exitCode = total.failed > 0 ? 1 : 0;
}
