import { chmodSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { requireSpoolParent } from '../../../electron/engine/log/spool-folder.ts';
import { BackendBench } from '../../support/backend/backend-bench.ts';
import { FakeEngines } from '../../support/backend/fake-engine.ts';
import { fillDraft } from '../../support/backend/fill-draft.ts';

let bench: BackendBench;
let umask: number;

beforeEach(() => {
  bench = new BackendBench(new FakeEngines().start);
  umask = process.umask(0);
});
afterEach(async () => {
  process.umask(umask);
  await bench.remove();
});

const modeOf = (file: string): number => statSync(file).mode & 0o777;

test('whatever the umask, what the application keeps is for its owner alone', async () => {
  const data = path.join(bench.dir, 'data');
  // As an earlier version may have left it.
  mkdirSync(path.join(data, 'events'), { recursive: true });
  chmodSync(data, 0o700);
  await bench.start();
  await bench.ask('settings.change', { keepSecretsInFile: true });
  const ports = { sourcePort: 7001, targetPort: 7002, password: 'secret' };
  const { id } = await fillDraft(bench, ports);
  await bench.ask('task.create', { draftId: id, start: false });
  await fillDraft(bench, ports);

  expect(bench.files().map(({ path: file }) => path.basename(file))).toEqual(
    expect.arrayContaining(['drafts.json', 'profiles.json', 'secrets.json', 'settings.json']),
  );
  expect(bench.files().filter(({ mode }) => mode !== 0o600)).toEqual([]);
  const folders = readdirSync(data, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => [name, modeOf(path.join(data, name))])).toEqual([
    ['events', 0o700],
    ['history', 0o700],
  ]);
});

test('a folder for spools that has to be made is for its owner alone', () => {
  const parent = path.join(bench.dir, 'made', 'spool');
  requireSpoolParent(parent);

  expect([modeOf(path.dirname(parent)), modeOf(parent)]).toEqual([0o700, 0o700]);
});
