import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Draft, EndpointForm, EndpointView } from '../../../../shared/model/profile.ts';
import { BackendBench } from '../../../support/backend/backend-bench.ts';
import { FakeEngines } from '../../../support/backend/fake-engine.ts';

const OF_SERVERS = 'canary-of-the-servers';
const OF_SENTINELS = 'canary-of-the-sentinels';
const GIVEN = { password: OF_SERVERS, sentinelPassword: OF_SENTINELS };
const WATCHED = {
  kind: 'sentinels',
  sentinels: '10.0.0.1\n10.0.0.2:26380',
  primaryName: 'mymaster',
  user: 'app',
  sentinelUser: 'asker',
} as const satisfies Partial<EndpointForm>;
/** Each has the secrets sent elsewhere, or to whoever says to be there. */
const ELSEWHERE: readonly Partial<EndpointForm>[] = [
  { sentinels: '10.0.0.1\n10.0.0.66:26380' },
  { sentinels: '10.0.0.1\n10.0.0.2:26380\n10.0.0.3' },
  { primaryName: 'another' },
  { tls: true },
  { sentinelTls: true },
  { sentinelTls: true, verify: false },
  { kind: 'server', host: '10.0.0.66' },
];

let engines: FakeEngines;
let bench: BackendBench;

beforeEach(async () => {
  engines = new FakeEngines();
  bench = await new BackendBench(engines.start).start();
  await bench.ask('settings.change', { keepSecretsInFile: true });
});
afterEach(() => bench.remove());

async function fill(): Promise<Draft> {
  const draft = await bench.ask('draft.create', {});
  return bench.ask('draft.save', {
    draft: {
      ...draft,
      name: 'Orders',
      source: { ...draft.source, ...WATCHED },
      targets: [{ ...draft.targets[0]!, host: '10.0.1.1' }],
    },
    secrets: { source: GIVEN },
  });
}
const create = async (): Promise<string> =>
  (await bench.ask('task.create', { draftId: (await fill()).id, start: false })).taskIds[0]!;
const onDisk = (name: string) => bench.files().find(({ path: file }) => file.endsWith(name))!;

test('an engine is told the Sentinels with their own user and password, and those of the servers', async () => {
  const id = await create();
  await bench.close();
  await bench.start();
  await bench.ask('task.start', { id });
  engines.last.tell({ type: 'ready' });
  expect(engines.last.heard[0]).toMatchObject({
    spec: {
      source: {
        ...{ host: '', port: 0, user: 'app', password: OF_SERVERS },
        sentinel: {
          nodes: [
            { host: '10.0.0.1', port: 26_379 },
            { host: '10.0.0.2', port: 26_380 },
          ],
          ...{ name: 'mymaster', user: 'asker', password: OF_SENTINELS, tls: false },
        },
      },
    },
  });
  engines.last.exit(0);
  await bench.ask('task.stop', { id });
});

test('certificates are told where the Sentinels alone speak TLS, and a key that has none is not asked for', async () => {
  const draft = await fill();
  const ca = '-----BEGIN CERTIFICATE-----';
  const told = (change: Partial<EndpointView>): object | undefined => {
    bench
      .ask('connection.test', {
        ...{ side: 'source', secrets: GIVEN },
        endpoint: { ...draft.source, host: '', port: 0, ca, ...change },
      })
      .catch(() => undefined);
    engines.last.tell({ type: 'ready' });
    const [command] = engines.last.heard;
    return command?.type === 'inspect' ? command.endpoint : undefined;
  };
  expect(told({ sentinelTls: true })).toMatchObject({
    ...{ tls: false, tlsOptions: { ca, verify: true } },
    sentinel: { tls: true },
  });
  expect(told({ tls: true, serverName: 'redis.example' })).toMatchObject({
    ...{ tls: true, tlsOptions: { ca, serverName: 'redis.example' } },
    sentinel: { tls: false },
  });
  expect(told({})).not.toHaveProperty('tlsOptions');
});

test('both passwords are in no other file than that of the secrets, and in no view', async () => {
  const id = await create();
  const { source } = await bench.task(id);
  expect(source).toMatchObject({ hasPassword: true, hasSentinelPassword: true, host: '', port: 0 });
  const others = bench.files().filter(({ path: file }) => !file.endsWith('secrets.json'));
  expect(JSON.stringify([others, await bench.task(id), await bench.log(id)])).not.toMatch(/canary/);
});

test('they are sent to no other Sentinels, under no other name, and not with less proof', async () => {
  const draft = await fill();
  const saveWith = async (change: Partial<EndpointForm>): Promise<EndpointForm> =>
    (
      await bench.ask('draft.save', {
        draft: { ...draft, source: { ...draft.source, ...change } },
        secrets: {},
      })
    ).source;
  for (const change of ELSEWHERE)
    expect(await saveWith(change)).toMatchObject({ hasPassword: false, hasSentinelPassword: false });
  const same = { sentinels: ' 10.0.0.1:26379 , 10.0.0.2:26380', host: 'left over', sentinelUser: 'other' };
  expect(await saveWith(same)).toMatchObject({ hasPassword: true, hasSentinelPassword: true });
});

test('a task whose Sentinels were changed asks for both, and one alone can be given anew', async () => {
  const id = await create();
  const { source } = await bench.task(id);
  const moved = { ...source, sentinels: '10.0.0.9:26379' };
  await bench.ask('task.edit', { id, changes: { source: moved }, secrets: {} });
  expect((await bench.task(id)).missingSecrets).toEqual(['source']);
  await bench.ask('task.edit', { id, changes: {}, secrets: { source: { sentinelPassword: 'new' } } });
  expect((await bench.task(id)).missingSecrets).toEqual(['source']);
  await bench.ask('task.edit', { id, changes: {}, secrets: { source: { password: 'new' } } });
  expect((await bench.task(id)).missingSecrets).toEqual([]);
  expect(await bench.log(id)).toContain(
    'Changed: the address of the source from mymaster@10.0.0.1:26379,10.0.0.2:26380 to mymaster@10.0.0.9:26379',
  );
  // A server by itself has none.
  const { source: now } = await bench.task(id);
  const plain = { ...now, kind: 'server', host: '10.0.0.1', port: 6379 } as const;
  await bench.ask('task.edit', { id, changes: { source: plain }, secrets: { source: { password: null } } });
  expect((await bench.task(id)).source).toMatchObject({ hasSentinelPassword: false });
  expect((await bench.task(id)).missingSecrets).toEqual([]);
});

test('a connection test uses what is stored of both, or what is in hand', async () => {
  const draft = await fill();
  const used = (secrets: object): unknown => {
    bench
      .ask('connection.test', {
        ...{ side: 'source', secrets, stored: { kind: 'draft', id: draft.id, endpointId: 'source' } },
        endpoint: { ...draft.source, host: '', port: 0 },
      })
      .catch(() => undefined);
    engines.last.tell({ type: 'ready' });
    const [command] = engines.last.heard;
    return command?.type === 'inspect' ? command.endpoint.sentinel?.password : 'not asked';
  };
  expect(used({})).toBe(OF_SENTINELS);
  expect(used({ sentinelPassword: 'typed' })).toBe('typed');
  expect(used({ sentinelPassword: null })).toBeUndefined();
});

test('tasks and set-ups of a version that knew no Sentinels have servers that no Sentinels tell of, and keep their passwords', async () => {
  const { id: draftId, ...rest } = await bench.ask('draft.create', {});
  const servers = {
    source: { ...rest.source, host: '10.0.0.1' },
    targets: [{ ...rest.targets[0]!, host: '10.0.1.1' }],
  };
  const made = { ...rest, id: draftId, name: 'Old', ...servers };
  await bench.ask('draft.save', { draft: made, secrets: { source: { password: OF_SERVERS } } });
  const other = await bench.ask('draft.create', {});
  await bench.ask('draft.save', {
    draft: { ...other, ...servers },
    secrets: { source: { password: OF_SERVERS } },
  });
  const { taskIds } = await bench.ask('task.create', { draftId, start: false });
  await bench.close();
  for (const name of ['profiles.json', 'drafts.json']) {
    const { path: file } = onDisk(name);
    const { content } = JSON.parse(readFileSync(file, 'utf8')) as { content: unknown };
    const older = JSON.stringify({ version: 3, content }, (key, value: unknown) =>
      /^(kind|sentinels|primaryName|sentinelUser|hasSentinelPassword|sentinelTls)$/.test(key)
        ? undefined
        : value,
    );
    expect(older).not.toContain('sentinel');
    writeFileSync(file, older);
  }
  await bench.start();
  const plain = { kind: 'server', sentinels: '', hasSentinelPassword: false, hasPassword: true };
  expect((await bench.task(taskIds[0]!)).source).toMatchObject(plain);
  expect((await bench.task(taskIds[0]!)).missingSecrets).toEqual([]);
  expect((await bench.ask('draft.list', {}))[0]!.source).toMatchObject(plain);
});
