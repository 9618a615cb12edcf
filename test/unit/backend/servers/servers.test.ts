import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SecretBox } from '../../../../electron/backend/ports.ts';
import type { RequestParams } from '../../../../shared/contract/api.ts';
import { emptyEndpoint, type SecretChanges } from '../../../../shared/model/profile.ts';
import type { ServerSummary } from '../../../../shared/model/server-summary.ts';
import type { ServerView } from '../../../../shared/servers/saved-server.ts';
import { BackendBench } from '../../../support/backend/backend-bench.ts';
import { FakeEngines } from '../../../support/backend/fake-engine.ts';
import { eventually } from '../../../support/eventually.ts';

const CANARY = 'canary-Zt4-pass';
const box: SecretBox = {
  seal: (secret) => Buffer.from(secret).toString('base64'),
  open: (sealed) => Buffer.from(sealed, 'base64').toString(),
};
const SUMMARY: ServerSummary = {
  ...{ product: 'Redis', version: '7.0.15', role: 'primary', foundAt: null, replicatesFrom: null },
  ...{ cluster: false, loading: false, usedMemoryBytes: 1024, maxMemoryBytes: 0, modules: [] },
  databases: [
    { db: 0, keys: 5, expires: 1 },
    { db: 2, keys: 7, expires: 0 },
  ],
  ...{ roundTripMs: 1, uptimeSeconds: 60 },
};

let engines: FakeEngines;
let bench: BackendBench;
beforeEach(async () => {
  engines = new FakeEngines();
  bench = new BackendBench(engines.start);
  await bench.start({ secretBox: box });
});
afterEach(() => bench.remove());

type Form = RequestParams<'server.save'>['server'];
const form = (changes: Partial<Form> = {}): Form => ({
  ...{ name: 'Orders', group: 'Shop', colour: 'red', production: true },
  endpoint: { ...emptyEndpoint('server'), host: '127.0.0.1', port: 7001 },
  ...changes,
});
const save = (changes: Partial<Form> = {}, secrets: SecretChanges = { password: CANARY }) =>
  bench.ask('server.save', { server: form(changes), secrets });
const list = () => bench.ask('server.list', {});
const restart = async (secretBox?: SecretBox) => {
  await bench.close();
  await bench.start({ secretBox });
};
const formOf = ({ id, name, group, colour, production, endpoint }: ServerView): Form => ({
  ...{ id, name, group, colour, production, endpoint },
});

test('a server is kept with its password sealed and never told', async () => {
  const saved = await save();
  expect(saved).toMatchObject({ name: 'Orders', endpoint: { hasPassword: true }, secretsMissing: false });
  expect(JSON.stringify(await list())).not.toContain(CANARY);
  expect(bench.files().some(({ text }) => text.includes(CANARY))).toBe(false);
  await restart(box);
  expect(await list()).toEqual([saved]);
  expect(bench.told).toContainEqual({ type: 'servers' });
});

test('one whose password was forgotten says so, and keeps that it has one when it is changed', async () => {
  const { id } = await save();
  await restart();
  const [forgotten] = await list();
  expect(forgotten).toMatchObject({ id, endpoint: { hasPassword: false }, secretsMissing: true });
  await save({ ...formOf(forgotten!), group: 'Other' }, {});
  expect(await list()).toMatchObject([{ group: 'Other', secretsMissing: true }]);
  await expect(bench.ask('server.look', { id })).rejects.toMatchObject({ code: 'SECRET_NEEDED' });
  expect(engines.all).toEqual([]);
});

test('a password is not sent to another address that is entered later', async () => {
  const saved = await save();
  const moved = await save({ ...formOf(saved), endpoint: { ...saved.endpoint, host: '127.0.0.9' } }, {});
  expect(moved).toMatchObject({ endpoint: { hasPassword: false }, secretsMissing: false, look: null });
});

test('what does not fit is refused with its field: no name, a name that is taken, no host', async () => {
  await save();
  const refusal = (changes: Partial<Form>) =>
    save(changes).then(
      () => [],
      (error: { fields: { path: string }[] }) => error.fields.map(({ path }) => path),
    );
  expect(await refusal({ name: ' ' })).toEqual(['name']);
  expect(await refusal({})).toEqual(['name']);
  expect(await refusal({ name: 'x', endpoint: emptyEndpoint('server') })).toEqual(['endpoint.host']);
});

test('a look keeps what it found, and a later one that fails keeps when that was', async () => {
  const { id } = await save();
  const looking = bench.ask('server.look', { id });
  await eventually('an engine looks', () => engines.all.length === 1);
  engines.last.tell({ type: 'ready' }).tell({ type: 'summary', summary: SUMMARY });
  const found = (await looking).look!.found;
  expect(found).toMatchObject({ version: '7.0.15', keys: 12, shards: null });
  expect(engines.last.heard[0]).toMatchObject({ type: 'inspect', endpoint: { password: CANARY } });
  const failing = bench.ask('server.look', { id });
  await eventually('an engine looks again', () => engines.all.length === 2);
  engines.last.tell({
    type: 'failed',
    code: 'TARGET_UNREACHABLE',
    fact: 'connection refused',
    resumable: false,
  });
  expect(await failing).toMatchObject({ look: { fault: { code: 'TARGET_UNREACHABLE' }, found } });
});

test('a set-up takes a saved server with its password, and a server is saved from a set-up with its own', async () => {
  const { id } = await save();
  const draft = await bench.ask('draft.create', {});
  const taken = await bench.ask('server.take', { id, draftId: draft.id, endpointId: 'target-1' });
  expect(taken.targets[0]).toMatchObject({ id: 'target-1', port: 7001, hasPassword: true });
  const source = { ...taken.source, host: '127.0.0.1', port: 7002 };
  const filled = await bench.ask('draft.save', {
    draft: { ...taken, source },
    secrets: { source: { password: 'of-source' } },
  });
  const from = { draftId: draft.id, endpointId: 'source' };
  const server = form({ name: 'From the set-up', endpoint: filled.source });
  const saved = await bench.ask('server.save', { server, secrets: {}, from });
  expect(saved).toMatchObject({ endpoint: { port: 7002, hasPassword: true } });
  // The set-up keeps its own when the server is forgotten.
  await bench.ask('server.delete', { id });
  expect((await bench.ask('draft.list', {}))[0]!.targets[0]).toMatchObject({ hasPassword: true });
});

test('a set-up that takes a server without a password loses the one that was entered for that address', async () => {
  const { id } = await save({}, {});
  const draft = await bench.ask('draft.create', {});
  const target = { ...draft.targets[0]!, host: '127.0.0.1', port: 7001 };
  await bench.ask('draft.save', {
    draft: { ...draft, targets: [target] },
    secrets: { 'target-1': { password: 'old' } },
  });
  const taken = await bench.ask('server.take', { id, draftId: draft.id, endpointId: 'target-1' });
  expect(taken.targets[0]).toMatchObject({ hasPassword: false });
});

test('an import adds what is not there, under free names, and tells the rest', async () => {
  await save();
  const text = `Orders redis://:${CANARY}@10.0.0.5:6379\nredis://127.0.0.1:7001\nnonsense`;
  const report = await bench.ask('server.import', { text });
  expect(report.added).toMatchObject([{ name: 'Orders (2)' }]);
  expect(report.refused.map(({ what }) => what)).toEqual(['line 3', '127.0.0.1:7001']);
  expect(JSON.stringify(report)).not.toContain(CANARY);
  expect((await list())[1]).toMatchObject({ endpoint: { hasPassword: true } });
});
