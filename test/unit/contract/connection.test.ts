import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { AppEvent } from '../../../shared/contract/api.ts';
import { MAX_PENDING_REQUESTS, type HostFrame, type PageTransport } from '../../../shared/contract/frames.ts';
import { serveConnection } from '../../../electron/backend/connection.ts';
import { FIXTURE, FIXTURE_INFO, FIXTURE_SECRET, FixtureApi } from '../../support/contract/fixture-api.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A connection whose page is the test. */
function bench() {
  const api = new FixtureApi();
  const sent: HostFrame[] = [];
  const faults: unknown[] = [];
  const close = vi.fn<() => void>();
  let deliver: (frame: unknown) => void = () => undefined;
  let hangUp: () => void = () => undefined;
  const state = { congested: false };
  const page: PageTransport = {
    send: (frame) => void sent.push(frame),
    onFrame: (listener) => void (deliver = listener),
    onClose: (listener) => void (hangUp = listener),
    isCongested: () => state.congested,
    close,
  };
  const connection = serveConnection(api, page, { reportFault: (error) => faults.push(error) });
  const events = (): AppEvent[] => sent.flatMap((frame) => (frame.type === 'event' ? [frame.event] : []));
  return {
    api,
    sent,
    events,
    faults,
    close,
    state,
    connection,
    deliver: (frame: unknown) => deliver(frame),
    hangUp: () => hangUp(),
  };
}

const removed = (id: string): AppEvent => ({ type: 'task-removed', id });
const settings = (theme: 'light' | 'dark'): AppEvent => ({
  type: 'settings',
  settings: { ...FIXTURE_INFO.settings, theme },
});
const notices = (title: string): AppEvent => ({
  type: 'notices',
  notices: [{ id: 'one', severity: 'info', title, text: '' }],
});

test('keeps to itself what went wrong inside, but reports it', async () => {
  const { deliver, sent, faults } = bench();
  deliver({ type: 'request', id: 3, name: 'app.dismissNotice', params: { id: FIXTURE.breaks } });
  await vi.advanceTimersByTimeAsync(0);

  expect(sent).toMatchObject([{ type: 'error', id: 3, code: 'INTERNAL' }]);
  expect(JSON.stringify(sent)).not.toContain(FIXTURE_SECRET);
  expect(faults).toMatchObject([{ message: `broken by ${FIXTURE_SECRET}` }]);
});

test('reports an answer that does not fit the contract', async () => {
  const { deliver, sent, faults } = bench();
  deliver({ type: 'request', id: 3, name: 'draft.list', params: {} });
  await vi.advanceTimersByTimeAsync(0);

  expect(sent).toMatchObject([{ type: 'error', code: 'INTERNAL' }]);
  expect(faults).toHaveLength(1);
});

test('of what only tells the present state, a slow page gets the newest', async () => {
  const { api, events, state } = bench();
  state.congested = true;
  for (const event of [
    settings('light'),
    removed('a'),
    notices('first'),
    settings('dark'),
    removed('a'),
    notices('second'),
  ])
    api.emit(event);
  await vi.advanceTimersByTimeAsync(1000);
  expect(events()).toEqual([]);

  state.congested = false;
  await vi.advanceTimersByTimeAsync(1000);
  expect(events()).toEqual([removed('a'), settings('dark'), removed('a'), notices('second')]);
});

test('nothing overtakes what waits', async () => {
  const { api, deliver, sent, state } = bench();
  state.congested = true;
  api.emit(removed('a'));
  state.congested = false;
  deliver({ type: 'request', id: 1, name: 'app.info', params: {} });
  await vi.advanceTimersByTimeAsync(0);
  api.emit(removed('b'));
  await vi.advanceTimersByTimeAsync(1000);

  expect(sent.map((frame) => (frame.type === 'event' ? frame.event : frame.type))).toEqual([
    removed('a'),
    'result',
    removed('b'),
  ]);
});

test('a page that falls too far behind has to begin anew', () => {
  const { api, close, state } = bench();
  state.congested = true;
  for (let number = 0; number <= 2000; number += 1) api.emit(removed(`task-${number}`));

  expect(close).toHaveBeenCalledTimes(1);
  expect(api.subscribers).toBe(0);
});

test('refuses requests beyond the bound', async () => {
  const { deliver, sent } = bench();
  for (let id = 0; id <= MAX_PENDING_REQUESTS; id += 1)
    deliver({ type: 'request', id, name: 'app.dismissNotice', params: { id: FIXTURE.hangs } });
  await vi.advanceTimersByTimeAsync(0);

  expect(sent).toMatchObject([{ type: 'error', id: MAX_PENDING_REQUESTS, code: 'INTERNAL' }]);
});

test('ends a connection on which somebody speaks something else', () => {
  const { deliver, close } = bench();
  for (let count = 0; count < 20; count += 1) deliver('GET / HTTP/1.1');
  expect(close).not.toHaveBeenCalled();
  deliver('GET / HTTP/1.1');

  expect(close).toHaveBeenCalledTimes(1);
});

test.each(['hangUp', 'close'] as const)('no event is sent after %s', (how) => {
  const { api, sent, hangUp, connection } = bench();
  expect(api.subscribers).toBe(1);
  if (how === 'hangUp') hangUp();
  else connection.close();
  api.emit(removed('a'));

  expect(api.subscribers).toBe(0);
  expect(sent).toEqual([]);
});
