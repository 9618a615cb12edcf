import { ensureBuild } from '../build/freshness.mjs';
import { ensureWindowTools } from '../bootstrap/window-tools.mjs';

/** Vitest global setup of the end-to-end tests, which read `windowTools` by `inject`. */
export async function setup(project) {
  await ensureBuild();
  project.provide('windowTools', await ensureWindowTools());
}
