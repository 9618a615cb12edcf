import { expect, test } from 'vitest';
import { describeLeft } from '../../../shared/format/import-words.ts';
import { importFile } from '../../../shared/profiles/import-file.ts';
import { profileFileText, readProfileFile } from '../../../shared/profiles/profile-file.ts';
import { endpoint, task } from '../../support/page/fixtures.ts';

const KEY = '-----BEGIN EC PRIVATE KEY-----\ncanary\n-----END EC PRIVATE KEY-----\n';
const CERTIFICATE = '-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n';

const changed = (change: (file: { version: number; tasks: Record<string, unknown>[] }) => void): string => {
  const file = JSON.parse(profileFileText([task('Orders'), task('Mail')], 7)) as Parameters<typeof change>[0];
  change(file);
  return JSON.stringify(file);
};

test('a task comes out of a file as it went in, with what its target is owed and without figures of its run', () => {
  const orders = task('Orders', { label: 'Shop', targetStanding: 'late', databases: [0, 3] });
  const { tasks, left } = readProfileFile(`\uFEFF${profileFileText([orders], 7)}`);
  expect(left).toEqual([]);
  expect(tasks).toHaveLength(1);
  expect(orders).toMatchObject(tasks[0]!);
  expect(tasks[0]).toMatchObject({ targetStanding: 'late', startedAtMs: orders.startedAtMs, label: 'Shop' });
  for (const gone of ['metrics', 'wanted', 'ignoredWarnings', 'spark'])
    expect(tasks[0]).not.toHaveProperty(gone);
});

test('neither a key that somebody put beside a certificate nor a sandbox leaves the machine', () => {
  const source = { ...endpoint('source', 'a'), tls: true, certificate: `${CERTIFICATE}${KEY}`, ca: KEY };
  const text = profileFileText([task('Orders', { source }), task('Sandbox', { sandbox: true })], 7);
  expect(text).not.toContain('canary');
  const { tasks } = readProfileFile(text);
  expect(tasks.map(({ name }) => name)).toEqual(['Orders']);
  expect(tasks[0]!.source).toMatchObject({ certificate: CERTIFICATE, ca: '' });
});

test.each([
  ['no JSON', '{'],
  ['of another program', '{"tasks":[]}'],
  ['a list', '[]'],
  ['of a later version', changed((file) => (file.version = 2))],
  ['with too many tasks', changed((file) => (file.tasks = Array.from({ length: 501 }, () => ({}))))],
])('a file that is %s is refused', (_what, text) => {
  expect(() => readProfileFile(text)).toThrow(/^The file cannot be taken: /);
});

test('a task that does not fit is told by its name and field, repeats nothing, and leaves the others', () => {
  const text = changed(({ tasks }) => {
    tasks[0]!['retryForMinutes'] = 'canary';
    tasks.push({ id: '../../etc' });
  });
  const { tasks, left } = readProfileFile(text);
  expect(tasks.map(({ name }) => name)).toEqual(['Mail']);
  expect(left.map((one) => [one.name, describeLeft(one)])).toEqual([
    ['Orders', 'its field retryForMinutes does not fit'],
    ['number 3 of the file', 'its field databases does not fit'],
  ]);
});

test('a large file is given in requests that each fit a frame, and told as one', async () => {
  const ca = 'x'.repeat(190_000);
  const large = Array.from({ length: 12 }, (_, i) =>
    task(`T${i}`, { source: { ...endpoint('source', 'a'), tls: true, ca } }),
  );
  const sizes: number[] = [];
  const imported = await importFile(profileFileText(large, 7), async (tasks) => {
    sizes.push(JSON.stringify(tasks).length);
    return { taken: tasks.map(({ id, name }) => ({ id, name, needs: [] })), left: [] };
  });
  expect(imported.taken).toHaveLength(12);
  expect(sizes).toHaveLength(3);
  expect(Math.max(...sizes)).toBeLessThan(1024 * 1024);
});
