import { readFileSync } from 'node:fs';
import path from 'node:path';

/** dist/, beside the folder that this file is built into. */
const DIST = path.resolve(import.meta.dirname, '..');

/** The version of the package that this was built from. */
export function packageVersion(): string {
  const manifest = readFileSync(path.join(DIST, '../package.json'), 'utf8');
  return (JSON.parse(manifest) as { readonly version: string }).version;
}
