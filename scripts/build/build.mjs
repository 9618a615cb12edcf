import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'vite';
import { inRoot, say } from '../bootstrap/project.mjs';
import { ENTRIES } from './entries.mjs';
import { sourceState, STAMP } from './freshness.mjs';
import { viteConfig } from './vite-config.mjs';

// Taken first: what is edited during the build makes the next one necessary.
const state = sourceState();
// As deep in the tree as dist/…, since source maps lead to the sources by relative paths.
const staged = (folder) => inRoot('.cache', `${folder}-${process.pid}`);
const replaced = (folder) => `${staged(folder)}-old`;

const entries = ENTRIES.filter(({ source }) => {
  if (existsSync(inRoot(source))) return true;
  say(`NOT BUILT: ${source} does not exist`);
  return false;
});

try {
  for (const entry of entries) await build(viteConfig(entry, staged(entry.folder)));
  // Put in place only when everything has been built: a command that starts meanwhile finds a whole program.
  mkdirSync(inRoot('dist'), { recursive: true });
  for (const { folder } of entries) {
    const place = inRoot('dist', folder);
    if (existsSync(place)) renameSync(place, replaced(folder));
    renameSync(staged(folder), place);
  }
  writeFileSync(STAMP, state);
} finally {
  for (const { folder } of entries) {
    rmSync(staged(folder), { recursive: true, force: true });
    rmSync(replaced(folder), { recursive: true, force: true });
  }
}
