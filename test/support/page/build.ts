import react from '@vitejs/plugin-react';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { build, type Plugin } from 'vite';

const HERE = import.meta.dirname;
const ROOT = path.resolve(HERE, '../../..');
const INPUTS = ['renderer', 'shared', 'test/support/page'];
const KEPT_MS = 3_600_000;

/**
 * Builds the page with its scenarios, unless it stands there already. `without` leaves pages out by the name of their
 * folder, for when one of them is being rewritten. @returns the folder
 */
export async function buildPage(without: readonly string[]): Promise<string> {
  const builds = path.join(ROOT, '.cache', 'page');
  const outDir = path.join(
    builds,
    stateOf(
      INPUTS.map((input) => path.join(ROOT, input)),
      without,
    ),
  );
  if (existsSync(outDir)) return outDir;
  removeOld(builds);
  const staged = `${outDir}-${process.pid}`;
  await build({
    configFile: false,
    root: HERE,
    base: './',
    publicDir: false,
    logLevel: 'error',
    plugins: [react(), leaveOut(without)],
    build: {
      outDir: staged,
      emptyOutDir: true,
      minify: false,
      reportCompressedSize: false,
      chunkSizeWarningLimit: 10_000,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
  });
  // Somebody else may have built the same meanwhile.
  if (existsSync(outDir)) rmSync(staged, { recursive: true });
  else renameSync(staged, outDir);
  return outDir;
}

/** `setup` makes an empty page of renderer/setup/setup-page.tsx, and so on. */
function leaveOut(names: readonly string[]): Plugin {
  return {
    name: 'leave-out',
    enforce: 'pre',
    load(id) {
      const name = names.find((it) => id.endsWith(`/renderer/${it}/${it}-page.tsx`));
      if (name === undefined) return null;
      const component = `${name.charAt(0).toUpperCase()}${name.slice(1)}Page`;
      return `export const ${component} = () => null;`;
    },
  };
}

function removeOld(builds: string): void {
  mkdirSync(builds, { recursive: true });
  for (const name of readdirSync(builds)) {
    const folder = path.join(builds, name);
    if (Date.now() - statSync(folder).mtimeMs > KEPT_MS) rmSync(folder, { recursive: true, force: true });
  }
}

/** Changes with the names, sizes and times of all files. */
function stateOf(folders: readonly string[], without: readonly string[]): string {
  const hash = createHash('sha256').update(without.join());
  const add = (file: string): void => {
    const stat = statSync(file);
    if (stat.isDirectory()) for (const name of readdirSync(file).sort()) add(path.join(file, name));
    else hash.update(`${file}\0${stat.mtimeMs}\0${stat.size}\n`);
  };
  for (const folder of folders) add(folder);
  return hash.digest('hex').slice(0, 20);
}
