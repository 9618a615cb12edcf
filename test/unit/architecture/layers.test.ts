import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Import, readImports } from '../../support/layers/imports.ts';
import { circularImports, forbiddenImports } from '../../support/layers/violations.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const DEPENDENCIES = ['ioredis', 'react'];

describe('the project', () => {
  const imports = readImports(ROOT, ['electron', 'shared', 'renderer', 'test']);
  const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };

  test('imports only what the layers allow', () => {
    expect(forbiddenImports(imports, Object.keys(manifest.dependencies))).toEqual([]);
  });

  test('has no circular imports', () => {
    expect(circularImports(imports)).toEqual([]);
  });
});

describe('the rule', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'lockstep-layers-'));
  });

  afterEach(() => rmSync(root, { recursive: true }));

  /** The imports of a project that has just these files. */
  function importsOf(files: Record<string, string>): Import[] {
    for (const [name, source] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      writeFileSync(path.join(root, name), source);
    }
    return readImports(root, [...new Set(Object.keys(files).map((name) => name.split('/')[0] ?? ''))]);
  }

  const forbidden = (file: string, source: string): string[] =>
    forbiddenImports(importsOf({ [file]: source }), DEPENDENCIES);

  test.each([
    ['electron/engine/log/a.ts', "import { b } from '../../../shared/b.ts';"],
    ['electron/engine/entry.ts', "import type { MessagePortMain } from 'electron';"],
    ['electron/headless/start.ts', "import { tasks } from '../backend/tasks.ts'; import fs from 'node:fs';"],
    ['electron/backend/a.ts', "import { Redis } from 'ioredis';"],
    [
      'renderer/page.tsx',
      "import { useState } from 'react'; export const page = <p title={''}>{useState}</p>;",
    ],
    ['test/unit/a.test.ts', "import { test } from 'vitest'; import '../../electron/engine/log/a.ts';"],
  ])('lets %s pass', (file, source) => {
    expect(forbidden(file, source)).toEqual([]);
  });

  test.each([
    ['electron/engine/a.ts', "import { b } from '../backend/b.ts';", 'electron/backend/b.ts'],
    ['electron/engine/a.ts', "import type { B } from '../backend/b.ts';", 'electron/backend/b.ts'],
    ['electron/engine/a.ts', "export { b } from '../headless/b.ts';", 'electron/headless/b.ts'],
    ['electron/engine/a.ts', "export * from '../main/b.ts';", 'electron/main/b.ts'],
    ['electron/engine/a.ts', "await import('../backend/b.ts');", 'electron/backend/b.ts'],
    ['electron/engine/a.ts', "import { app } from 'electron';", 'electron'],
    ['electron/engine/a.ts', "import { test } from 'vitest';", 'vitest'],
    ['electron/engine/commands/a.ts', "import '../pipeline/b.ts';", 'electron/engine/pipeline/b.ts'],
    ['electron/engine/repair/a.ts', "import type { B } from '../task/b.ts';", 'electron/engine/task/b.ts'],
    ['electron/engine/log/a.ts', "import '../port.ts';", 'electron/engine/port.ts'],
    ['electron/backend/a.ts', "import '../engine/b.ts';", 'electron/engine/b.ts'],
    ['electron/headless/a.ts', "import '../main/b.ts';", 'electron/main/b.ts'],
    ['electron/headless/a.ts', "import './start.ts';", 'electron/headless/start.ts'],
    ['electron/preload/preload.ts', "import fs from 'node:fs';", 'node:fs'],
    ['renderer/a.tsx', "import '../electron/backend/b.ts';", 'electron/backend/b.ts'],
    ['shared/a.ts', "import fs from 'fs';", 'fs'],
    ['shared/a.ts', "import { Redis } from 'ioredis';", 'ioredis'],
    ['test/unit/a.test.ts', "import '../../electron/engine/entry.ts';", 'electron/engine/entry.ts'],
    ['electron/unknown/a.ts', "import '../../shared/b.ts';", 'shared/b.ts'],
  ])('stops %s at %s', (file, source, target) => {
    expect(forbidden(file, source)).toEqual([`${file} → ${target}`]);
  });

  test('finds a circle, through a type import as well', () => {
    const imports = importsOf({
      'shared/a.ts': "import { b } from './b.ts';",
      'shared/b.ts': "import type { C } from './deep/c.ts';",
      'shared/deep/c.ts': "export * from '../a.ts';",
      'shared/d.ts': "import './a.ts'; import './b.ts';",
    });

    expect(circularImports(imports)).toEqual(['shared/a.ts → shared/b.ts → shared/deep/c.ts → shared/a.ts']);
  });
});
