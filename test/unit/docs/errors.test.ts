import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { errorsPage } from '../../../scripts/docs/errors-page.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const read = (name: string): string => readFileSync(path.join(ROOT, name), 'utf8');

test('docs/errors.md is what the catalogue says; `npm run docs` writes it anew', async () => {
  const config = JSON.parse(read('.prettierrc.json')) as Record<string, unknown>;

  expect(read('docs/errors.md')).toBe(await errorsPage(config));
});
