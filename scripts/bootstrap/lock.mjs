import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inRoot, say } from './project.mjs';

const RETRY_AFTER_MS = 100;

/**
 * Runs `work` while no other process of this checkout holds the lock `name`, so that two commands started
 * at once neither install nor build into each other. A lock whose owner is gone is taken over.
 */
export async function withLock(name, work) {
  const file = inRoot('.cache', `${name}.lock`);
  mkdirSync(path.dirname(file), { recursive: true });
  let told = false;
  while (!take(file)) {
    const owner = ownerOf(file);
    if (owner !== undefined && !isAlive(owner)) {
      rmSync(file, { force: true });
      continue;
    }
    if (!told) say(`waiting for another ${name} (process ${owner ?? 'unknown'})`);
    told = true;
    await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_MS));
  }
  const release = () => rmSync(file, { force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** undefined while the owner is between creating the file and writing its id into it. */
function ownerOf(file) {
  try {
    const text = readFileSync(file, 'utf8');
    return text === '' ? undefined : Number(text);
  } catch {
    return undefined;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
