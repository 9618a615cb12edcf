import { expect, test, vi } from 'vitest';
import type { AppEvent } from '../../../shared/contract/api.ts';
import { createClient, type Client, type ClientOptions } from '../../../shared/contract/client.ts';
import type { ClientFrame } from '../../../shared/contract/frames.ts';
import { FIXTURE_INFO } from '../../support/contract/fixture-api.ts';

/** A client whose other end is the test. */
function bench(options: ClientOptions = {}) {
  const sent: ClientFrame[] = [];
  let deliver: (frame: unknown) => void = () => undefined;
  let hangUp: () => void = () => undefined;
  const close = vi.fn<() => void>();
  const client: Client = createClient(
    {
      send: (frame) => void sent.push(frame),
      onFrame: (listener) => void (deliver = listener),
      onClose: (listener) => void (hangUp = listener),
      close,
    },
    options,
  );
  return {
    client,
    sent,
    close,
    deliver: (frame: unknown) => deliver(frame),
    hangUp: () => hangUp(),
    answer: (index: number, result: unknown) => deliver({ type: 'result', id: sent[index]!.id, result }),
  };
}

test('gives every request an id of its own, and other clients other ones', () => {
  const one = bench();
  const other = bench();
  for (let count = 0; count < 100; count += 1) {
    void one.client.request('app.info', {});
    void other.client.request('app.info', {});
  }
  const ids = [...one.sent, ...other.sent].map(({ id }) => id);

  expect(new Set(ids).size).toBe(200);
  expect(ids.every(Number.isSafeInteger)).toBe(true);
});

test('takes answers in any order', async () => {
  const { client, answer } = bench();
  const info = client.request('app.info', {});
  const list = client.request('draft.list', {});
  answer(1, []);
  answer(0, FIXTURE_INFO);

  expect(await Promise.all([info, list])).toEqual([FIXTURE_INFO, []]);
});

test('ignores and tells frames that are none, and answers that nobody waits for', async () => {
  const told: string[] = [];
  const { client, sent, deliver, answer } = bench({ onStrayFrame: (what) => told.push(what) });
  const info = client.request('app.info', {});
  for (const frame of [undefined, 'text', { type: 'other' }, { type: 'event', event: { type: 'unknown' } }])
    deliver(frame);
  deliver({ type: 'result', id: sent[0]!.id + 1, result: {} });
  answer(0, FIXTURE_INFO);
  answer(0, FIXTURE_INFO);
  await info;

  expect(told).toHaveLength(6);
});

test('rejects an answer of a form that is not in the contract, and only that one', async () => {
  const { client, answer } = bench();
  const wrong = client.request('app.info', {});
  const right = client.request('draft.list', {});
  answer(0, { version: 1 });
  answer(1, []);

  await expect(wrong).rejects.toMatchObject({
    code: 'INTERNAL',
    message: 'the answer to app.info has an unknown form',
  });
  expect(await right).toEqual([]);
});

test('refuses a request beyond the bound, and takes one again when another was answered', async () => {
  const { client, sent, answer } = bench({ maxPending: 2 });
  const first = client.request('draft.list', {});
  const second = client.request('draft.list', {});
  await expect(client.request('draft.list', {})).rejects.toMatchObject({ code: 'INTERNAL' });
  answer(0, []);
  await first;
  void client.request('draft.list', {});

  expect(sent).toHaveLength(3);
  answer(1, []);
  expect(await second).toEqual([]);
});

test('passes events on until they are not wanted any more', () => {
  const { client, deliver } = bench();
  const seen: AppEvent[] = [];
  const end = client.onEvent((event) => seen.push(event));
  deliver({ type: 'event', event: { type: 'navigate', to: 'new' } });
  end();
  deliver({ type: 'event', event: { type: 'navigate', to: 'tasks' } });

  expect(seen).toEqual([{ type: 'navigate', to: 'new' }]);
});

test('when the other end hangs up, rejects everything and says so once', async () => {
  const { client, sent, hangUp } = bench();
  const closed = vi.fn<() => void>();
  client.onClose(closed);
  const outcomes = Promise.allSettled([client.request('app.info', {}), client.request('draft.list', {})]);
  hangUp();
  hangUp();

  expect(await outcomes).toMatchObject([
    { status: 'rejected', reason: { code: 'HOST_GONE' } },
    { status: 'rejected', reason: { code: 'HOST_GONE' } },
  ]);
  expect(closed).toHaveBeenCalledTimes(1);
  await expect(client.request('app.info', {})).rejects.toMatchObject({ code: 'HOST_GONE' });
  expect(sent).toHaveLength(2);
  const late = vi.fn<() => void>();
  client.onClose(late);
  expect(late).toHaveBeenCalledTimes(1);
});

test('closes its transport', () => {
  const { client, close } = bench();
  client.close();

  expect(client.closed).toBe(true);
  expect(close).toHaveBeenCalledTimes(1);
});
