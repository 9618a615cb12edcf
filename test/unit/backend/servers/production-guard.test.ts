import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RequestName, RequestParams } from '../../../../shared/contract/api.ts';
import { emptyEndpoint } from '../../../../shared/model/profile.ts';
import { BackendBench } from '../../../support/backend/backend-bench.ts';
import { FakeEngines } from '../../../support/backend/fake-engine.ts';
import { fillDraft } from '../../../support/backend/fill-draft.ts';

let engines: FakeEngines;
let bench: BackendBench;
beforeEach(async () => {
  engines = new FakeEngines();
  bench = new BackendBench(engines.start);
  await bench.start();
});
afterEach(() => bench.remove());

const SOURCE = 'Source live';
const TARGET = 'Target live';
const mark = (name: string, port: number) =>
  bench.ask('server.save', {
    server: {
      ...{ name, group: '', colour: 'none', production: true },
      endpoint: { ...emptyEndpoint('server'), host: 'localhost', port },
    },
    secrets: {},
  });

/** The names that are asked for; none where it was done, or was refused for another reason. */
const asked = <N extends RequestName>(name: N, params: RequestParams<N>): Promise<string[]> =>
  bench.ask(name, params).then(
    () => [],
    (error: { code: string; fields?: { message: string }[] }) =>
      error.code === 'PRODUCTION_NAME_NEEDED' ? (error.fields ?? []).map(({ message }) => message) : [],
  );

const newTask = async (start: boolean, confirmed?: string[]): Promise<string> => {
  const { id } = await fillDraft(bench, { sourcePort: 7001, targetPort: 7002 });
  return (await bench.ask('task.create', { draftId: id, start, ...(confirmed && { confirmed }) }))
    .taskIds[0]!;
};

describe('without the name of a production server that was typed', () => {
  let id: string;
  beforeEach(async () => {
    id = await newTask(false);
    await mark(SOURCE, 7001);
    await mark(TARGET, 7002);
  });

  test.each<[string, string[], (task: string) => Promise<string[]>]>([
    ['a start', [TARGET], (task) => asked('task.start', { id: task })],
    ['a full copy again', [TARGET, SOURCE], (task) => asked('task.copyAgain', { id: task })],
    ['keys copied again', [TARGET], (task) => asked('task.repair', { id: task, kind: 'copy', keys: [] })],
    ['keys removed', [TARGET], (task) => asked('task.repair', { id: task, kind: 'remove', keys: [] })],
    ['a comparison of values', [TARGET, SOURCE], (task) => asked('comparison.start', { id: task })],
    ['one of names', [], (task) => asked('comparison.start', { id: task, choice: { level: 'names' } })],
    [
      'one of values each day',
      [TARGET, SOURCE],
      (task) => asked('comparison.daily', { id: task, daily: { atMinute: 60, level: 'values' } }),
    ],
    [
      'a cut-over',
      [TARGET, SOURCE],
      (task) => asked('rehearsal.answer', { id: task, question: { type: 'cut-over' }, agreed: true }),
    ],
    [
      'no cut-over',
      [],
      (task) => asked('rehearsal.answer', { id: task, question: { type: 'cut-over' }, agreed: false }),
    ],
    [
      'what a new copy would remove',
      [TARGET],
      (task) =>
        asked('task.answer', {
          id: task,
          question: { snapshotKeys: 0, targetKeys: 1, goneKeys: 1 },
          agreed: true,
        }),
    ],
    ['a stop', [], (task) => asked('task.stop', { id: task })],
  ])('%s is refused, with the names that are missing', async (_, names, ask) => {
    expect(await ask(id)).toEqual(names);
    if (names.length > 0) expect(engines.all).toEqual([]);
  });

  test('a set-up is not started, and is created where nothing is', async () => {
    const { id: draftId } = await fillDraft(bench, { sourcePort: 7001, targetPort: 7002 });
    expect(await asked('task.create', { draftId, start: true })).toEqual([TARGET]);
    expect(await asked('task.create', { draftId, start: false })).toEqual([]);
  });

  test('another name does not count, and the right one does', async () => {
    expect(await asked('task.start', { id, confirmed: ['target live'] })).toEqual([TARGET]);
    await bench.ask('task.start', { id, confirmed: [TARGET] });
    expect(engines.all).toHaveLength(1);
  });

  test('a mark that is taken away asks no more', async () => {
    for (const { id: server } of await bench.ask('server.list', {}))
      await bench.ask('server.delete', { id: server });
    expect(await asked('task.start', { id })).toEqual([]);
  });
});

test('what fields a fault has is the name alone, and the fact says what would be done', async () => {
  const id = await newTask(false);
  await mark(TARGET, 7002);
  await expect(bench.ask('task.start', { id })).rejects.toMatchObject({
    code: 'PRODUCTION_NAME_NEEDED',
    message: '“Target live” (localhost:7002): a start writes to it',
    fields: [{ path: 'confirmed', message: TARGET }],
  });
});
