import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const sources = globSync('renderer/**/*.{ts,tsx}', { cwd: ROOT }).map((file) => path.join(ROOT, file));

/** Classes of style sheets that a source names, each with the sheet: a name that is not there would style nothing, silently. */
function classesIn(file: string): { sheet: string; name: string }[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/import (\w+) from '([^']+\.module\.css)'/g)].flatMap(([, binding, sheet]) =>
    [...text.matchAll(new RegExp(`(?<![\\w-])${binding}\\.(\\w+)`, 'g'))].map(([, name]) => ({
      sheet: path.resolve(path.dirname(file), sheet!),
      name: name!,
    })),
  );
}

const named = sources.flatMap(classesIn);
/** Sheets of which a component looks classes up by a value. */
const lookedUp = new Set(
  sources.flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    return [...text.matchAll(/import (\w+) from '([^']+\.module\.css)'/g)]
      .filter(([, binding]) => text.includes(`${binding}[`))
      .map(([, , sheet]) => path.resolve(path.dirname(file), sheet!));
  }),
);

it('every class that a component names stands in its style sheet', () => {
  const missing = named.filter(
    ({ sheet, name }) => !new RegExp(`\\.${name}\\b`).test(readFileSync(sheet, 'utf8')),
  );
  expect(named.length).toBeGreaterThan(100);
  expect(missing.map(({ sheet, name }) => `${path.relative(ROOT, sheet)}: .${name}`)).toEqual([]);
});

it('every class of a style sheet is named by a component', () => {
  const sheets = globSync('renderer/**/*.module.css', { cwd: ROOT })
    .map((file) => path.join(ROOT, file))
    .filter((sheet) => !lookedUp.has(sheet));
  const unused = sheets.flatMap((sheet) => {
    // Classes of Mantine, in :global(), are not ours to name.
    const text = readFileSync(sheet, 'utf8')
      .replaceAll(/:global\([^)]*\)/g, '')
      .replaceAll(/\/\*[\s\S]*?\*\//g, '');
    const defined = new Set([...text.matchAll(/\.([a-zA-Z][\w-]*)(?=[^{}]*\{)/g)].map(([, name]) => name!));
    const used = new Set(named.filter((use) => use.sheet === sheet).map(({ name }) => name));
    return [...defined]
      .filter((name) => !used.has(name))
      .map((name) => `${path.relative(ROOT, sheet)}: .${name}`);
  });
  expect(unused).toEqual([]);
});
