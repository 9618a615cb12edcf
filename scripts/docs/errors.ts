/** Writes docs/errors.md. Run it with `npm run docs` after a change of the catalogue. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { errorsPage } from './errors-page.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const config = JSON.parse(readFileSync(path.join(ROOT, '.prettierrc.json'), 'utf8')) as Record<
  string,
  unknown
>;

writeFileSync(path.join(ROOT, 'docs/errors.md'), await errorsPage(config));
