import path from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { readImports } from '../../support/layers/imports.ts';
import { worldUses, worldUsesIn } from '../../support/layers/world-use.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const SYSTEM_WORLD = 'electron/engine/world/system-world.ts';
/** What certificates are checked with: it reads names and addresses, and opens nothing. */
const CERTIFICATES = 'electron/engine/protocol/tls-connect-options.ts';

test('nothing in the engine but its world knows the time or opens a socket', () => {
  expect(worldUses(ROOT, 'electron/engine', [SYSTEM_WORLD, CERTIFICATES])).toEqual([]);
});

test("the engine gets the machine's own world where its process begins, and nowhere else", () => {
  const takers = readImports(ROOT, ['electron/engine']).filter(({ to }) => to === SYSTEM_WORLD);
  expect(takers.map(({ from }) => from)).toEqual(['electron/engine/entry.ts']);
});

describe('a file', () => {
  it.each([
    ['const a = Date.now();', 'Date.now'],
    ['const a = new Date();', 'new Date()'],
    ['setTimeout(run, 5);', 'setTimeout'],
    ['const later = setImmediate;', 'setImmediate'],
    ['globalThis.setInterval(run, 1);', 'globalThis.setInterval'],
    ['const a = performance.now();', 'performance'],
    ['const a = process.hrtime.bigint();', 'process.hrtime'],
    ["import net from 'node:net';", 'node:net'],
    ["import { connect } from 'tls';", 'tls'],
    ["import { setTimeout as sleep } from 'node:timers/promises';", 'node:timers/promises'],
    ["const tls = await import('node:tls');", 'node:tls'],
  ])('that has %s is told', (source, use) => {
    expect(worldUsesIn('a.ts', source)).toContain(use);
  });

  it.each([
    'clock.setTimeout(run, 5);',
    "import type net from 'node:net';",
    'interface Clock { setTimeout(run: () => void): void }',
    'const clock = { setTimeout: wait };',
    'const at = new Date(atMs);',
    'const from = net.connect(options);',
  ])('may have %s', (source) => {
    expect(worldUsesIn('a.ts', source)).toEqual([]);
  });
});
