import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { leftOut, type Room } from './test/by-night.ts';
import { keepTemporaryFilesInMemory } from './test/support/memory-folder.ts';

keepTemporaryFilesInMemory();

const expectation = {
  // A test without an assertion fails, wherever its assertions stand.
  requireAssertions: true,
  // What is waited for comes late on a busy machine; what does not come does not come within this, either.
  poll: { timeout: 30_000 },
};

/** A second file has the other core. */
const SIDE_BY_SIDE = 2;
/** Of unit tests some wait: with two at a time two cores are idle a sixth of the time. */
const UNITS_SIDE_BY_SIDE = 3;
/** These wait for servers more than they work: with two at a time two cores are idle half of the time, with five none is ever. */
const WAITING_SIDE_BY_SIDE = 4;

const left = (room: Room): string[] => leftOut(room, process.env, process.argv.slice(2));

/** They look small, since what they test stands elsewhere: begun last, each would have a core wait for the other one. */
const LONGEST = [
  'test/e2e/journey.test.ts',
  'test/e2e/compare-two.test.ts',
  'test/e2e/cluster-target.test.ts',
  'test/integration/kills.test.ts',
  'test/integration/cluster-target.test.ts',
  'test/integration/cluster-source.test.ts',
  'test/integration/bad-input.test.ts',
  'test/integration/one-to-many-faults.test.ts',
  'test/integration/sync-cli.test.ts',
];

const UNIT = {
  expect: expectation,
  maxWorkers: UNITS_SIDE_BY_SIDE,
  // They take milliseconds, but not on a machine that is busy with something else.
  testTimeout: 60_000,
  sequence: { groupOrder: 0 },
};

/** Unit tests that put something in a module's place, which the files after them would find there. */
const MOCKING = readdirSync('test/unit', { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.test\.tsx?$/.test(file))
  .map((file) => path.posix.join('test/unit', file.replaceAll(path.sep, '/')))
  .filter((file) => readFileSync(file, 'utf8').includes('vi.mock('));

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification): boolean =>
      LONGEST.some((name) => moduleId.endsWith(name));
    return (await super.sort(files)).sort((a, b) => Number(isLong(b)) - Number(isLong(a)));
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    teardownTimeout: 30_000,
    projects: [
      {
        test: {
          ...UNIT,
          name: 'unit',
          include: ['test/unit/**/*.test.{ts,tsx}'],
          exclude: MOCKING,
          // To load every module anew for every file takes three times as long as the tests themselves.
          isolate: false,
        },
      },
      {
        test: {
          ...UNIT,
          name: 'unit-mocking',
          include: MOCKING,
        },
      },
      {
        test: {
          name: 'integration',
          expect: expectation,
          include: ['test/integration/**/*.test.ts'],
          exclude: left('integration'),
          // The command line is run as it was built.
          globalSetup: ['scripts/checks/fresh-build.mjs'],
          maxWorkers: WAITING_SIDE_BY_SIDE,
          sequence: { groupOrder: 1 },
          testTimeout: 180_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'e2e',
          expect: expectation,
          include: ['test/e2e/**/*.test.ts'],
          exclude: left('e2e'),
          // A fresh build, and whatever of Electron, Xvfb and Chromium can be had.
          globalSetup: ['scripts/checks/window-tools.mjs'],
          maxWorkers: SIDE_BY_SIDE,
          sequence: { groupOrder: 2 },
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          // What proves the same as the tests above, at a size or a length that not every change can wait for.
          name: 'nightly',
          expect: expectation,
          include: ['test/nightly/**/*.test.ts'],
          globalSetup: ['scripts/checks/window-tools.mjs'],
          fileParallelism: false,
          sequence: { groupOrder: 3 },
          testTimeout: 900_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
