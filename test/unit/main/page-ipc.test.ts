import { EventEmitter } from 'node:events';
import type { WebContents } from 'electron';
import { expect, test } from 'vitest';
import { servePageIpc } from '../../../electron/main/page-ipc.ts';
import { MAX_REQUEST_BYTES } from '../../../shared/contract/frames.ts';
import { CHANNEL_CLOSED, CHANNEL_TO_HOST, CHANNEL_TO_PAGE } from '../../../shared/window-bridge.ts';
import { FixtureApi } from '../../support/contract/fixture-api.ts';

const ORIGIN = 'app://lockstep';
const ask = (id: number): object => ({ type: 'request', id, name: 'app.info', params: {} });

/** The contents of a window as far as frames pass them. */
class FakeContents extends EventEmitter {
  readonly ipc = new EventEmitter();
  readonly sent: [channel: string, frame: unknown][] = [];
  isDestroyed = (): boolean => false;
  isCrashed = (): boolean => false;
  send(channel: string, frame: unknown): void {
    this.sent.push([channel, frame]);
  }
}

function serve(): FakeContents {
  const contents = new FakeContents();
  const options = { api: new FixtureApi(), origin: ORIGIN, reportFault: () => undefined };
  servePageIpc(contents as unknown as WebContents, options);
  return contents;
}

const answers = ({ sent }: FakeContents): number =>
  sent.filter(([channel]) => channel === CHANNEL_TO_PAGE).length;

test.each([
  ['a frame within the page', { parent: {}, origin: ORIGIN }],
  ['another origin', { parent: null, origin: 'https://example.com' }],
  ['an origin that only begins like ours', { parent: null, origin: `${ORIGIN}.example.com` }],
  ['a file', { parent: null, origin: 'file://' }],
  ['a frame that is gone', null],
])('nothing is taken from %s', async (_sender, senderFrame) => {
  const contents = serve();
  contents.ipc.emit(CHANNEL_TO_HOST, { senderFrame }, ask(1));
  await new Promise(setImmediate);

  expect(contents.sent).toEqual([]);
  contents.ipc.emit(CHANNEL_TO_HOST, { senderFrame: { parent: null, origin: ORIGIN } }, ask(1));
  await expect.poll(() => answers(contents)).toBe(1);
});

test('a frame that is too large, or no JSON, ends the load it came from', async () => {
  const own = { senderFrame: { parent: null, origin: ORIGIN } };
  for (const frame of ['x'.repeat(MAX_REQUEST_BYTES + 1), circle()]) {
    const contents = serve();
    contents.ipc.emit(CHANNEL_TO_HOST, own, ask(1));
    await expect.poll(() => answers(contents)).toBe(1);
    contents.ipc.emit(CHANNEL_TO_HOST, own, frame);

    expect(contents.sent.at(-1)?.[0]).toBe(CHANNEL_CLOSED);
  }
});

function circle(): object {
  const ring: { self?: object } = {};
  ring.self = ring;
  return ring;
}
