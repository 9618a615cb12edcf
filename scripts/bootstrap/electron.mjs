import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { inRoot, say, SetupError } from './project.mjs';
import { runtimeEnv, runtimeNode } from './runtime.mjs';

/** `start` cannot open a window here. The command line needs none. */
const EXIT_NO_WINDOW = 2;

const INSTEAD =
  'The window comes with the next release; use `npm run cli -- --help` or `npm run demo` today.';

/** The path of the Electron program and the options that this machine needs; fetches it at its first use. */
export function requireElectron() {
  const linux = process.platform === 'linux';
  if (linux && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    throw new SetupError(`there is no display here. ${INSTEAD}`, EXIT_NO_WINDOW);
  }
  const program = electronProgram() ?? downloadElectron();
  if (!program) throw new SetupError(`Electron could not be fetched. ${INSTEAD}`, EXIT_NO_WINDOW);
  // Chromium refuses to sandbox a process of root.
  return { program, options: linux && process.getuid() === 0 ? ['--no-sandbox'] : [] };
}

/** Electron's own package writes the name of its program into path.txt once it is there. */
function electronProgram() {
  const nameFile = inRoot('node_modules/electron/path.txt');
  if (!existsSync(nameFile)) return undefined;
  const program = inRoot('node_modules/electron/dist', readFileSync(nameFile, 'utf8').trim());
  return existsSync(program) ? program : undefined;
}

function downloadElectron() {
  say('fetching Electron…');
  spawnSync(runtimeNode(), [inRoot('node_modules/electron/install.js')], {
    env: runtimeEnv(),
    stdio: 'ignore',
  });
  return electronProgram();
}
