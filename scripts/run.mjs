/**
 * The one way in, for every script of package.json: `node scripts/run.mjs <command> [args…]`.
 *
 * It needs nothing but Node 20: it installs the dependencies, among them the Node that the product runs on,
 * builds when a source is newer than the build, and starts the command with this terminal's input and output.
 * Its own messages go to stderr; its exit status is the command's.
 */
import { existsSync } from 'node:fs';
import { runNode, runProgram } from './bootstrap/child.mjs';
import { ensureDependencies } from './bootstrap/dependencies.mjs';
import { inRoot, ROOT, say, SetupError } from './bootstrap/project.mjs';
import { ensureRedisServer } from './bootstrap/redis.mjs';
import { requireRuntime } from './bootstrap/runtime.mjs';
import { windowProgram } from './bootstrap/window.mjs';
import { ensureBuild } from './build/freshness.mjs';

const EXIT_USAGE = 2;

const COMMANDS = {
  // Relative paths in the arguments are meant from where `npm run` was typed.
  cli: (args) => runBuilt('headless/cli.mjs', args, { cwd: process.env.INIT_CWD ?? process.cwd() }),
  demo: (args) => {
    ensureRedisServer();
    return runBuilt('headless/cli.mjs', ['demo', ...args]);
  },
  bench: (args) => {
    ensureRedisServer();
    return runBuilt('bench/bench.mjs', args);
  },
  // The window, or the same page for a browser where no window can be opened.
  start: async (args) => {
    const { program, options, missing } = await windowProgram(args);
    if (missing === undefined) {
      await ensureBuild();
      return runProgram(program, [...options, ROOT, ...args]);
    }
    say(`${missing}; serving the page for a browser instead`);
    return COMMANDS.cli(['serve', ...args]);
  },
  // Builds by itself, since a failing build is one of the checks.
  test: (args) => {
    ensureRedisServer();
    return runNode('scripts/checks/run-checks.mjs', args);
  },
  'test:nightly': (args) => {
    ensureRedisServer();
    return runNode('scripts/checks/run-nightly.mjs', args);
  },
  'test:servers': (args) => {
    ensureRedisServer();
    return runNode('scripts/checks/run-servers.mjs', args);
  },
  simulate: (args) => runNode('test/simulator/simulate.ts', args),
  docs: () => runNode('scripts/docs/errors.ts'),
  build: async () => {
    await ensureBuild();
    return 0;
  },
};

async function runBuilt(program, args, options) {
  await ensureBuild();
  const file = `dist/${program}`;
  if (!existsSync(inRoot(file))) throw new SetupError(`${file} has not been built.`);
  return runNode(file, args, options);
}

async function main([name, ...args]) {
  if (name === undefined || !Object.hasOwn(COMMANDS, name)) {
    throw new SetupError(
      `usage: node scripts/run.mjs <${Object.keys(COMMANDS).join('|')}> [args…]`,
      EXIT_USAGE,
    );
  }
  requireRuntime();
  await ensureDependencies();
  return COMMANDS[name](args);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  say(error.message);
  process.exitCode = error.exit;
}
