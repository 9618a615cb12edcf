import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SecretBox } from '../../../../electron/backend/ports.ts';
import { BackendBench } from '../../../support/backend/backend-bench.ts';
import { FakeEngines } from '../../../support/backend/fake-engine.ts';
import { fillDraft } from '../../../support/backend/fill-draft.ts';

const CANARY = 'canary-Hq2-pass';
const ports = { sourcePort: 7001, targetPort: 7002, password: CANARY };

/** Not encryption, but nothing that a search for the secret finds. */
const box: SecretBox = {
  seal: (secret) => `sealed:${Buffer.from(secret).toString('base64')}`,
  open: (sealed) => Buffer.from(sealed.slice('sealed:'.length), 'base64').toString(),
};
const otherBox: SecretBox = {
  seal: box.seal,
  open: () => {
    throw new Error('sealed by another account');
  },
};

/** Each makes another server of an address, or trusts another one. */
const OTHER_SERVERS = [
  { host: '127.0.0.2' },
  { port: 7009 },
  { tls: true },
  { tls: true, verify: false },
  { tls: true, ca: '-----BEGIN CERTIFICATE-----' },
  { tls: true, serverName: 'another.example' },
  { addressMap: '10.0.0.1=evil.example' },
];

let engines: FakeEngines;
let bench: BackendBench;

beforeEach(() => {
  engines = new FakeEngines();
  bench = new BackendBench(engines.start);
});
afterEach(() => bench.remove());

const restart = async (with_: { secretBox?: SecretBox } = {}): Promise<void> => {
  await bench.close();
  await bench.start(with_);
};
const create = async (): Promise<string> => {
  const { id } = await fillDraft(bench, ports);
  return (await bench.ask('task.create', { draftId: id, start: false })).taskIds[0]!;
};
const onDisk = (): string =>
  bench
    .files()
    .map(({ text }) => text)
    .join('\n');
const missing = async (id: string) => (await bench.task(id)).missingSecrets;

describe('secrets', () => {
  test('are nowhere on disk without a keychain, and forgotten with the application', async () => {
    await bench.start();
    const id = await create();
    expect(await missing(id)).toEqual([]);
    expect(onDisk()).not.toContain(CANARY);
    expect(bench.files().map(({ path: file }) => path.basename(file))).not.toContain('secrets.json');
    await restart();
    expect(await missing(id)).toEqual(['source', 'target']);
    await expect(bench.ask('task.start', { id })).rejects.toMatchObject({ code: 'SECRET_NEEDED' });
    expect(engines.all).toEqual([]);
    await bench.ask('task.edit', { id, changes: {}, secrets: { source: { password: 'new' } } });
    expect(await missing(id)).toEqual(['target']);
  });

  test('are sealed with a keychain, and known again after a restart', async () => {
    await bench.start({ secretBox: box });
    const id = await create();
    expect(onDisk()).toContain('sealed:');
    expect(onDisk()).not.toContain(CANARY);
    await restart({ secretBox: box });
    expect(await missing(id)).toEqual([]);
    await bench.ask('task.start', { id });
    engines.last.tell({ type: 'ready' });
    expect(engines.last.heard[0]).toMatchObject({
      spec: { source: { password: CANARY }, target: { password: CANARY } },
    });
    engines.last.exit(0);
    await bench.ask('task.stop', { id });
  });

  test('that the keychain no longer opens are asked for, and stay as they are', async () => {
    await bench.start({ secretBox: box });
    const id = await create();
    await restart({ secretBox: otherBox });
    expect(await missing(id)).toEqual(['source', 'target']);
    expect((await bench.ask('app.info', {})).notices).toMatchObject([{ severity: 'warning' }]);
    await bench.ask('task.edit', { id, changes: {}, secrets: { source: { password: 'new' } } });
    await restart({ secretBox: box });
    expect(await missing(id)).toEqual([]);
  });

  test('go to a file of the user alone when that is allowed, and leave it when it no longer is', async () => {
    await bench.start();
    const id = await create();
    await bench.ask('settings.change', { keepSecretsInFile: true });
    expect(onDisk()).toContain(CANARY);
    expect(bench.files().every(({ mode }) => mode === 0o600)).toBe(true);
    await restart();
    expect(await missing(id)).toEqual([]);
    await bench.ask('settings.change', { keepSecretsInFile: false });
    expect(onDisk()).not.toContain(CANARY);
    expect(await missing(id)).toEqual([]);
    await restart();
    expect(await missing(id)).toEqual(['source', 'target']);
  });

  test('are not said to be in the file where it cannot be written', async () => {
    await bench.start();
    await create();
    const folder = path.dirname(bench.files().find(({ path: file }) => file.endsWith('profiles.json'))!.path);
    mkdirSync(path.join(folder, 'secrets.json'));
    const change = bench.ask('settings.change', { keepSecretsInFile: true });
    await expect(change).rejects.toMatchObject({ code: 'STORE_UNWRITABLE' });
    expect((await bench.ask('app.info', {})).settings.keepSecretsInFile).toBe(false);
  });

  test.each([
    ['the setting is lost', {}],
    ['a keychain is there', { secretBox: box }],
  ])('do not stay in the file as they are when %s', async (_when, found) => {
    await bench.start();
    const id = await create();
    await bench.ask('settings.change', { keepSecretsInFile: true });
    const settings = bench.files().find(({ path: file }) => file.endsWith('settings.json'))!.path;
    await bench.close();
    if (!('secretBox' in found)) writeFileSync(settings, '{}');
    await bench.start(found);
    expect(onDisk()).not.toContain(CANARY);
    expect(await missing(id)).toEqual([]);
  });

  test('go with the draft and the task they belong to', async () => {
    await bench.start();
    await bench.ask('settings.change', { keepSecretsInFile: true });
    const draft = await fillDraft(bench, ports);
    expect(draft.source.hasPassword).toBe(true);
    const { taskIds } = await bench.ask('task.create', { draftId: draft.id, start: false });
    expect(onDisk()).not.toContain(draft.id);
    await bench.ask('task.delete', { id: taskIds[0]! });
    expect(onDisk()).not.toContain(CANARY);
    const other = await fillDraft(bench, ports);
    await bench.ask('draft.delete', { id: other.id });
    expect(onDisk()).not.toContain(CANARY);
  });

  test('of a removed target go, and a null removes one', async () => {
    await bench.start();
    const draft = await fillDraft(bench, ports);
    const cleared = await bench.ask('draft.save', {
      draft: { ...draft, targets: [{ ...draft.targets[0]!, id: 'target-2', hasPassword: true }] },
      secrets: { source: { password: null } },
    });
    expect(cleared.source.hasPassword).toBe(false);
    expect(cleared.targets[0]!.hasPassword).toBe(false);
    const back = await bench.ask('draft.save', { draft, secrets: {} });
    expect(back.targets[0]!.hasPassword).toBe(false);
  });

  test('that belong to nothing are removed at the start, but not while the tasks are kept aside', async () => {
    await bench.start();
    await bench.ask('settings.change', { keepSecretsInFile: true });
    await create();
    const profiles = bench.files().find(({ path: file }) => file.endsWith('profiles.json'))!.path;
    const good = readFileSync(profiles, 'utf8');
    await bench.close();
    writeFileSync(profiles, 'damaged');
    await bench.start();
    expect(await bench.ask('task.list', {})).toEqual([]);
    await bench.close();
    writeFileSync(profiles, good);
    await bench.start();
    expect((await bench.ask('task.list', {}))[0]!.missingSecrets).toEqual([]);
    await bench.close();
    writeFileSync(profiles, JSON.stringify({ version: 1, content: [] }));
    await bench.start();
    expect(onDisk()).not.toContain(CANARY);
  });

  test('of a set-up are asked for again when its address is changed, and known again when it is changed back', async () => {
    await bench.start();
    const draft = await fillDraft(bench, ports);
    const saveWith = async (change: object, password?: string) =>
      (
        await bench.ask('draft.save', {
          draft: { ...draft, source: { ...draft.source, ...change } },
          secrets: password === undefined ? {} : { source: { password } },
        })
      ).source.hasPassword;
    for (const change of OTHER_SERVERS) expect(await saveWith(change)).toBe(false);
    expect(await saveWith({ host: ' 127.0.0.1', user: 'ops' })).toBe(true);
    expect(await saveWith({ port: 7009 }, 'of-the-other')).toBe(true);
    expect(await saveWith({})).toBe(false);
  });

  test('of a task are asked for again when it is sent elsewhere, by an edit or in its file', async () => {
    await bench.start();
    await bench.ask('settings.change', { keepSecretsInFile: true });
    const id = await create();
    const { target } = await bench.task(id);
    await bench.ask('task.edit', { id, changes: { target: { ...target, port: 7009 } }, secrets: {} });
    expect(await missing(id)).toEqual(['target']);
    await expect(bench.ask('task.start', { id })).rejects.toMatchObject({ code: 'SECRET_NEEDED' });
    expect(engines.all).toEqual([]);
    await bench.ask('task.edit', { id, changes: { target }, secrets: {} });
    expect(await missing(id)).toEqual([]);
    const profiles = bench.files().find(({ path: file }) => file.endsWith('profiles.json'))!.path;
    await bench.close();
    writeFileSync(profiles, readFileSync(profiles, 'utf8').replaceAll('7002', '7009'));
    await bench.start();
    expect(await missing(id)).toEqual(['target']);
  });

  test('a connection test uses the form’s own, else the stored one, else asks', async () => {
    await bench.start();
    const draft = await fillDraft(bench, ports);
    const endpoint = { ...draft.source, port: 7001 };
    const stored = { kind: 'draft', id: draft.id, endpointId: 'source' } as const;
    const passwordUsed = (): unknown => {
      engines.last.tell({ type: 'ready' });
      const [command] = engines.last.heard;
      return command?.type === 'inspect' ? command.endpoint.password : undefined;
    };
    const testWith = (params: object): void => {
      const asked = bench.ask('connection.test', {
        side: 'source',
        endpoint,
        secrets: {},
        ...params,
      } as never);
      asked.catch(() => undefined);
    };
    testWith({ stored });
    expect(passwordUsed()).toBe(CANARY);
    testWith({ stored, secrets: { password: 'typed' } });
    expect(passwordUsed()).toBe('typed');
    testWith({ stored, secrets: { password: null } });
    expect(passwordUsed()).toBeUndefined();
    const asked = engines.all.length;
    for (const change of OTHER_SERVERS)
      await expect(
        bench.ask('connection.test', {
          ...{ side: 'source', endpoint: { ...endpoint, ...change }, secrets: {}, stored },
        }),
      ).rejects.toMatchObject({ code: 'SECRET_NEEDED' });
    expect(engines.all.length).toBe(asked);
    await expect(
      bench.ask('connection.test', { side: 'source', endpoint, secrets: {} }),
    ).rejects.toMatchObject({ code: 'SECRET_NEEDED' });
  });
});
