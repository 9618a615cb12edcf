import { writeFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

const CAUSE_LINES = 12;
const LINE_LENGTH = 300;

/**
 * Vitest reporter: writes `{ passed, failed, skipped: string[], failures: string[] }` into the file that LOCKSTEP_TEST_COUNTS
 * names. A test file that cannot be loaded counts as a failed test, and so does an error outside any test:
 * neither shows up among the tests themselves.
 *
 * @implements {import('vitest/reporters').Reporter}
 */
export default class CountReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: [], failures: [] };
    for (const error of unhandledErrors) counts.failures.push(describe('outside of any test', error));
    for (const module of modules) countModule(module, counts);
    writeFileSync(process.env.LOCKSTEP_TEST_COUNTS, JSON.stringify(counts));
  }
}

function countModule(module, counts) {
  const failedBefore = counts.failed;
  for (const test of module.children.allTests()) {
    const { state, note } = test.result();
    if (state === 'passed') counts.passed += 1;
    else if (state === 'failed')
      fail(counts, `${module.relativeModuleId} > ${test.fullName}`, test.result().errors);
    else counts.skipped.push(`${module.relativeModuleId} > ${test.fullName}${note ? ` (${note})` : ''}`);
  }
  // Such as an import that fails, or a hook around all tests of the file.
  if (counts.failed === failedBefore && !module.ok()) fail(counts, module.relativeModuleId, module.errors());
}

function fail(counts, name, errors = []) {
  counts.failed += 1;
  counts.failures.push(describe(name, errors[0]));
}

/** The beginning of the cause, and where: enough to find a failure by the last lines of a run. */
function describe(name, error) {
  const message = stripVTControlCharacters(String(error?.message ?? 'no cause was told')).split('\n');
  const place = error?.stacks?.[0];
  const where = place ? [`at ${place.file}:${place.line}`] : [];
  return [
    name,
    ...[...message.slice(0, CAUSE_LINES), ...where].map((line) => `    ${line.slice(0, LINE_LENGTH)}`),
  ].join('\n');
}
