import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { withLock } from '../bootstrap/lock.mjs';
import { inRoot, say, SetupError } from '../bootstrap/project.mjs';
import { runNode } from '../bootstrap/child.mjs';
import { INPUTS } from './entries.mjs';

/** Holds the state of the sources that dist/ was built from. */
export const STAMP = inRoot('dist/.stamp');

/** Builds unless dist/ is already what the sources say. Needs the installed dependencies only to build. */
export async function ensureBuild() {
  if (isFresh()) return;
  await withLock('build', async () => {
    if (isFresh()) return;
    say('building…');
    // Whoever asks, the result is the same: the tests' own environment would make a development build.
    const status = await runNode('scripts/build/build.mjs', [], { env: { NODE_ENV: 'production' } });
    if (status !== 0) throw new SetupError('the build failed; its messages stand above.');
  });
}

/** Names, sizes and times of all sources: reading their content would take longer than the answer is worth. */
export function sourceState() {
  const hash = createHash('sha256');
  const add = (file) => {
    const stat = statSync(inRoot(file));
    if (stat.isDirectory()) for (const name of readdirSync(inRoot(file))) add(`${file}/${name}`);
    else hash.update(`${file}\0${stat.size}\0${stat.mtimeMs}\n`);
  };
  for (const input of INPUTS) if (existsSync(inRoot(input))) add(input);
  return hash.digest('hex');
}

const isFresh = () => existsSync(STAMP) && readFileSync(STAMP, 'utf8') === sourceState();
