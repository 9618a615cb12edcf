/**
 * Everything that is built, one line each. `kind`: `node` keeps built-ins and dependencies external, `whole` brings the
 * dependencies with it, since finding and reading hundreds of files is most of what a process takes to start,
 * `preload` is a single CommonJS file, as Electron's sandbox demands, and `page` is the window's content. What has a `shell` is a
 * command of the package: its first line says what runs it.
 */
export const ENTRIES = [
  { kind: 'whole', source: 'electron/engine/entry.ts', folder: 'engine', file: 'entry.mjs' },
  { kind: 'whole', source: 'electron/headless/start.ts', folder: 'headless', file: 'cli.mjs', shell: 'node' },
  { kind: 'whole', source: 'electron/headless/sandbox-entry.ts', folder: 'sandbox', file: 'entry.mjs' },
  { kind: 'node', source: 'electron/main/main.ts', folder: 'main', file: 'main.mjs' },
  { kind: 'preload', source: 'electron/preload/preload.ts', folder: 'preload', file: 'preload.cjs' },
  { kind: 'page', source: 'renderer/index.html', folder: 'renderer', file: 'index.html' },
  { kind: 'node', source: 'test/bench/bench.ts', folder: 'bench', file: 'bench.mjs' },
];

/** What a build depends on, from the root of the checkout. */
export const INPUTS = [
  'electron',
  'shared',
  'renderer',
  'test/bench',
  'test/support',
  'scripts/build',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
];
