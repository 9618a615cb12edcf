import { expect, test } from 'vitest';
import {
  noteOnDatabases,
  noteOnExisting,
  noteOnImportMode,
} from '../../../../renderer/setup/cluster/cluster-choices.ts';

const none = { source: false, target: false };
const fromCluster = { source: true, target: false };
const toCluster = { source: false, target: true };
const both = { source: true, target: true };

test('between standalone servers every choice holds as it is', () => {
  expect(noteOnExisting(none)).toBeNull();
  expect(noteOnDatabases(none, [3], [0, 3])).toBeNull();
  expect(noteOnImportMode(none, 'use')).toBeNull();
});

test('keys that stand on the target are never overwritten where the source is a cluster', () => {
  expect(noteOnExisting(fromCluster)?.text).toMatch(/^The source is a cluster: the target has to be empty/);
  expect(noteOnExisting(toCluster)).toBeNull();
  expect(noteOnExisting(both)?.text).toMatch(/^Both sides are clusters: the target has to be empty/);
});

test('of a cluster database 0 is taken, and others fit on none', () => {
  expect(noteOnDatabases(fromCluster, null, [0])?.tone).toBe('calm');
  expect(noteOnDatabases(fromCluster, [0], [0])?.tone).toBe('calm');
  expect(noteOnDatabases(fromCluster, [3], [0])).toMatchObject({
    tone: 'warn',
    text: expect.stringContaining('nothing would be copied'),
  });
  expect(noteOnDatabases(toCluster, null, [0])?.tone).toBe('calm');
  expect(noteOnDatabases(toCluster, null, [0, 3])?.text).toContain('Take only database 0');
  expect(noteOnDatabases(toCluster, [0], [0, 3])?.tone).toBe('calm');
});

test('import-mode is left alone where a side is a cluster', () => {
  expect(noteOnImportMode(fromCluster, 'leave')).toBeNull();
  expect(noteOnImportMode(fromCluster, 'use')?.text).toContain('import-mode is left alone');
  expect(noteOnImportMode(toCluster, 'use')?.text).toContain('import-mode is left alone');
});
