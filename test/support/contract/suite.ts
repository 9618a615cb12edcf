import { afterEach, expect, test } from 'vitest';
import type { AppEvent, RequestName } from '../../../shared/contract/api.ts';
import { createClient, type Client } from '../../../shared/contract/client.ts';
import { MAX_REQUEST_BYTES, type ClientTransport } from '../../../shared/contract/frames.ts';
import { eventually } from '../eventually.ts';
import { ASKED_TOGETHER, FIXTURE, FIXTURE_INFO, FIXTURE_SECRET, MANY_EVENTS } from './fixture-api.ts';

/** A transport to an application that is a FixtureApi, and everything that came over it. */
export interface OpenedTransport {
  readonly transport: ClientTransport;
  readonly received: readonly unknown[];
}

/** A transport whose frames are remembered as they arrived. */
export function remembering(transport: ClientTransport): OpenedTransport {
  const received: unknown[] = [];
  transport.onFrame((frame) => received.push(frame));
  return { transport, received };
}

/** What holds of a connection between a page and the application, whatever the transport is. */
export function contractSuite(open: () => Promise<OpenedTransport>): void {
  const clients: Client[] = [];

  async function connect(): Promise<OpenedTransport & { readonly client: Client }> {
    const opened = await open();
    const client = createClient(opened.transport);
    clients.push(client);
    return { ...opened, client };
  }

  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });

  test('answers a request with its result', async () => {
    const { client } = await connect();

    expect(await client.request('app.info', {})).toEqual(FIXTURE_INFO);
  });

  test('lets nothing out that is not of the contract', async () => {
    const { client, received } = await connect();
    await client.request('app.info', {});

    expect(received).toHaveLength(1);
    expect(JSON.stringify(received)).not.toContain(FIXTURE_SECRET);
  });

  test("answers with the application's own error", async () => {
    const { client } = await connect();

    await expect(client.request('app.dismissNotice', { id: FIXTURE.isMissing })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'there is no notice of that id',
      fields: [],
    });
  });

  test('passes on the fields that the application found wrong', async () => {
    const { client } = await connect();

    await expect(client.request('app.dismissNotice', { id: FIXTURE.hasFault })).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
      fields: [{ path: 'name', message: 'is missing' }],
    });
  });

  test('says of a fault of ours no more than that it happened', async () => {
    const { client, received } = await connect();

    await expect(client.request('app.dismissNotice', { id: FIXTURE.breaks })).rejects.toMatchObject({
      code: 'INTERNAL',
    });
    expect(JSON.stringify(received)).not.toContain(FIXTURE_SECRET);
  });

  test('names the parameters that do not fit, in words', async () => {
    const { client } = await connect();
    const wrong = { theme: 'green', notifications: 1 } as unknown as { theme: 'dark' };

    await expect(client.request('settings.change', wrong)).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
      fields: [
        { path: 'theme', message: 'must be one of: system, light, dark' },
        { path: 'notifications', message: 'must be yes or no' },
      ],
    });
  });

  test('refuses a name that it does not know, and goes on', async () => {
    const { client } = await connect();

    for (const name of ['app.explode', 'toString', '__proto__', '']) {
      await expect(client.request(name as RequestName, {})).rejects.toMatchObject({
        code: 'REQUEST_INVALID',
      });
    }
    expect(await client.request('app.info', {})).toEqual(FIXTURE_INFO);
  });

  test('ignores frames of an unknown form', async () => {
    const { client, transport } = await connect();
    for (const frame of [
      null,
      17,
      'text',
      [],
      {},
      { type: 'request' },
      { type: 'request', id: -1, name: 'app.info' },
    ])
      transport.send(frame as never);

    expect(await client.request('app.info', {})).toEqual(FIXTURE_INFO);
  });

  test('gives each of many requests its own answer, in whatever order they come', async () => {
    const { client } = await connect();
    const order: number[] = [];
    const asked = Array.from({ length: ASKED_TOGETHER }, async (_, db) => {
      await client.request('task.history', { id: 'any', spanMs: 1000, endMs: null, db });
      order.push(db);
    });
    const settings = Array.from({ length: 100 }, (_, index) =>
      client.request('settings.change', { resumeOnStart: index % 3 === 0 }),
    );
    await Promise.all(asked);
    const answers = await Promise.all(settings);

    expect(order).toEqual([2, 1, 0]);
    expect(answers.map((answer) => answer.resumeOnStart)).toEqual(
      settings.map((_, index) => index % 3 === 0),
    );
  });

  test('passes every event on, in order', async () => {
    const { client } = await connect();
    const events: AppEvent[] = [];
    client.onEvent((event) => events.push(event));
    await client.request('sandbox.start', { kind: 'servers' });
    await eventually('all events have come', () => events.length >= MANY_EVENTS);

    expect(events).toEqual(
      Array.from({ length: MANY_EVENTS }, (_, number) => ({ type: 'task-removed', id: `task-${number}` })),
    );
  });

  test('rejects an answer that is not of the contract', async () => {
    const { client } = await connect();

    await expect(client.request('draft.list', {})).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  test('rejects what is pending when the page closes the connection, and what is asked for later', async () => {
    const { client } = await connect();
    const pending = client.request('app.dismissNotice', { id: FIXTURE.hangs });
    client.close();

    await expect(pending).rejects.toMatchObject({ code: 'HOST_GONE' });
    await expect(client.request('app.info', {})).rejects.toMatchObject({ code: 'HOST_GONE' });
  });

  test('rejects what is pending when the host closes the connection', async () => {
    const { client } = await connect();
    const pending = client.request('app.dismissNotice', { id: FIXTURE.hangs });
    const ends = client.request('app.dismissNotice', { id: FIXTURE.ends });
    const [outcome] = await Promise.allSettled([pending, ends]);

    expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'HOST_GONE' } });
    expect(client.closed).toBe(true);
  });

  test('refuses a request that is too large before it is sent', async () => {
    const { client } = await connect();
    const id = 'x'.repeat(MAX_REQUEST_BYTES);

    await expect(client.request('app.dismissNotice', { id })).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
    });
    expect(await client.request('app.info', {})).toEqual(FIXTURE_INFO);
  });

  test('ends a connection that sends too large a frame all the same, and takes another one', async () => {
    const { client, transport } = await connect();
    await client.request('app.info', {});
    transport.send({ type: 'request', id: 1, name: 'app.info', params: 'x'.repeat(MAX_REQUEST_BYTES) });
    await eventually('the connection is closed', () => client.closed);

    const next = await connect();
    expect(await next.client.request('app.info', {})).toEqual(FIXTURE_INFO);
  });
}
