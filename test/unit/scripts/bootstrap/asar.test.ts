import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readAsar } from '../../../support/read-asar.ts';
import { loadScript } from '../load-script.ts';

const { packAsar } = await loadScript<{ packAsar(files: Record<string, string>): Buffer }>(
  'bootstrap/asar.mjs',
);

// Names of different lengths: the header is padded to a multiple of 4.
test.each(['a', 'ab', 'abc', 'abcd'])('an archive with the file %s has it and the others back', (name) => {
  const files = { [name]: 'first', 'empty.txt': '', 'package.json': '{"name":"größer als ASCII"}' };
  const folder = mkdtempSync(path.join(tmpdir(), 'lockstep-asar-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'some.asar');
  writeFileSync(file, packAsar(files));

  const contents = [...readAsar(file)].map(([path_, content]) => [path_, content.toString()]);

  expect(Object.fromEntries(contents)).toEqual(files);
});
