import { expect, test } from 'vitest';
import type { DatabasePair } from '../../../../shared/model/database-map.ts';
import { noteOnDatabases, noteOnImportMode } from '../../../../renderer/setup/cluster/cluster-choices.ts';

const none = { source: false, target: false, several: false, targets: 1 };
const fromCluster = { ...none, source: true };
const toCluster = { ...none, target: true };
const taking = (databases: number[] | null, ...databaseMap: DatabasePair[]) => ({ databases, databaseMap });

test('between standalone servers every choice holds as it is', () => {
  expect(noteOnDatabases(none, taking([3]), [0, 3])).toBeNull();
  expect(noteOnImportMode(none, 'use')).toBeNull();
});

test('of a cluster database 0 is taken, and others fit on none', () => {
  expect(noteOnDatabases(fromCluster, taking(null), [0])?.tone).toBe('calm');
  expect(noteOnDatabases(fromCluster, taking([0]), [0])?.tone).toBe('calm');
  expect(noteOnDatabases(fromCluster, taking([3]), [0])).toMatchObject({
    tone: 'warn',
    text: expect.stringContaining('nothing would be copied'),
  });
  expect(noteOnDatabases(toCluster, taking(null), [0])?.tone).toBe('calm');
  expect(noteOnDatabases(toCluster, taking(null), [0, 3])?.text).toContain('Take one alone: database 0');
  expect(noteOnDatabases(toCluster, taking([0]), [0, 3])?.tone).toBe('calm');
  expect(noteOnDatabases(toCluster, taking([3]), [0, 3])).toMatchObject({
    tone: 'warn',
    text: expect.stringContaining('Put it into 0: 3:0 below'),
  });
  expect(noteOnDatabases(toCluster, taking([3], { from: 3, into: 0 }), [0, 3])).toEqual({
    tone: 'calm',
    text: 'The target is a cluster: keys are in database 0 there; those of database 3 of the source go there.',
  });
  expect(noteOnDatabases(toCluster, taking([0], { from: 0, into: 5 }), [0])?.text).toContain(
    'Let it keep its own number below',
  );
  expect(noteOnDatabases({ ...toCluster, targets: 2 }, taking([0]), [0])?.text).toMatch(
    /^A target is a cluster/,
  );
});

test('a cluster of Valkey 9 may keep several', () => {
  const toValkey = { ...toCluster, several: true };
  expect(noteOnDatabases(toValkey, taking(null), [0, 3])).toMatchObject({
    tone: 'calm',
    text: expect.stringContaining('cluster-databases'),
  });
  expect(noteOnDatabases(toValkey, taking([0]), [0, 3])?.text).toContain('keys are in database 0 there');
});

test('import-mode is left alone where a side is a cluster', () => {
  expect(noteOnImportMode(fromCluster, 'leave')).toBeNull();
  expect(noteOnImportMode(fromCluster, 'use')?.text).toContain('import-mode is left alone');
  expect(noteOnImportMode(toCluster, 'use')?.text).toContain('import-mode is left alone');
});
