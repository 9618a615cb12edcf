import { writeFileSync } from 'node:fs';

/**
 * Vitest reporter: writes `{ passed, failed, skipped: string[] }` into the file that LOCKSTEP_TEST_COUNTS
 * names. A test file that cannot be loaded counts as a failed test, and so does an error outside any test:
 * neither shows up among the tests themselves.
 *
 * @implements {import('vitest/reporters').Reporter}
 */
export default class CountReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: [] };
    for (const module of modules) countModule(module, counts);
    writeFileSync(process.env.LOCKSTEP_TEST_COUNTS, JSON.stringify(counts));
  }
}

function countModule(module, counts) {
  const failedBefore = counts.failed;
  for (const test of module.children.allTests()) {
    const { state, note } = test.result();
    if (state === 'passed') counts.passed += 1;
    else if (state === 'failed') counts.failed += 1;
    else counts.skipped.push(`${module.relativeModuleId} > ${test.fullName}${note ? ` (${note})` : ''}`);
  }
  // Such as an import that fails, or a hook around all tests of the file.
  if (counts.failed === failedBefore && !module.ok()) counts.failed += 1;
}
