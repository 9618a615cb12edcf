/** Several feeds that share the logs of one process, against a source that says what the test tells it to. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CHUNK_BYTES } from '../../../../electron/engine/log/chunk.ts';
import { SourceFeed } from '../../../../electron/engine/intake/source-feed.ts';
import type { SourceFeedOptions } from '../../../../electron/engine/intake/source-feed-options.ts';
import { SourceLogs } from '../../../../electron/engine/intake/source-log/source-logs.ts';
import type { StreamPosition } from '../../../../electron/engine/intake/stream-position.ts';
import { SpoolFolder } from '../../../../electron/engine/log/spool-folder.ts';
import { systemWorld } from '../../../../electron/engine/world/system-world.ts';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import type { Endpoint } from '../../../../shared/model/endpoint.ts';
import { eventually } from '../../../support/eventually.ts';
import { arrived, FakeSource, type FakeLink } from '../../../support/source/fake-source.ts';

const REPLID = 'a'.repeat(40);
const OTHER = 'b'.repeat(40);
const STREAM = '*1\r\n$4\r\nPING\r\n';
const MB = 1024 * 1024;

let source: FakeSource;
let logs: SourceLogs;
let dir: string;
const members: Member[] = [];

/** A feed, and what it has told. */
class Member {
  readonly told: string[] = [];
  readonly fatal: string[] = [];
  readonly feed: SourceFeed;
  position: StreamPosition | undefined;
  applied = 0;
  holdsWhole = false;
  admit: (replid: string) => Promise<void> = () => Promise.resolve();
  rejoin: (from: StreamPosition) => StreamPosition = (from) => from;

  constructor(some: Partial<SourceFeedOptions> = {}) {
    this.feed = new SourceFeed({
      world: systemWorld,
      logs,
      source: endpoint(),
      locate: endpoint,
      rejoin: async (from) => this.rejoin(from),
      size: { chunks: 16, chunkBytes: CHUNK_BYTES },
      newFolder: () => new SpoolFolder(dir, MB),
      retryForMs: 60_000,
      appliedOffset: () => this.applied,
      position: () => this.position,
      admit: (replid) => this.admit(replid),
      onFullSync: ({ offset }, reason) => this.told.push(`full ${offset}${reason ? `: ${reason}` : ''}`),
      onResumed: (replid) => this.told.push(`resumed ${replid[0]}`),
      onReset: () => undefined,
      holdsWhole: () => this.holdsWhole,
      onStalled: () => this.told.push('stalled'),
      onReadable: () => undefined,
      onTrouble: ({ error }) => this.told.push(error.code),
      onFatal: ({ code }) => this.fatal.push(code),
      ...some,
    });
    members.push(this);
  }

  get received(): string {
    const { mem, from, to } = this.feed.cursor;
    return mem.toString('latin1', from, to);
  }

  /** Reads and gives up all that is there, or up to a position. */
  take(upTo = Infinity): void {
    const { cursor } = this.feed;
    while (cursor.to > cursor.from && cursor.readPosition < upTo) cursor.consume(cursor.to);
    cursor.release(Math.min(cursor.readPosition, upTo));
  }
}

const endpoint = (): Endpoint => ({
  ...{ host: '127.0.0.1', port: source.port, user: undefined, password: undefined, tls: false, db: 0 },
});
const full = (replid = REPLID, offset = 1000): string => `+FULLRESYNC ${replid} ${offset}\r\n`;
const at = (offset: number): StreamPosition => ({ replid: REPLID, offset });

async function shaken(reply: string): Promise<FakeLink> {
  const link = await source.link();
  await link.shake(reply);
  return link;
}

const shakenAfter = async (reply: string): Promise<string[]> => (await source.link()).shake(reply);

/** No further link is asked for. */
async function noLink(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await arrived();
  expect(source.waiting).toBe(0);
}

async function sendMany(link: FakeLink, megabytes: number): Promise<void> {
  for (let i = 0; i < megabytes && !link.ended; i++) {
    link.send(Buffer.alloc(MB, 'x'));
    await eventually('it is on its way', () => link.unsentBytes < 2 * MB || link.ended);
  }
}

async function sendUntil(link: FakeLink, reached: () => boolean): Promise<void> {
  while (!reached()) {
    link.send(Buffer.alloc(MB, 'x'));
    await eventually('on its way', () => link.unsentBytes < 2 * MB || reached());
  }
}

beforeEach(async () => {
  source = await new FakeSource().listen();
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'lockstep-logs-test-'));
  logs = new SourceLogs(systemWorld);
});

afterEach(async () => {
  await Promise.all(members.splice(0).map(({ feed }) => feed.close()));
  await source.close();
  fs.rmSync(dir, { recursive: true, force: true });
});

describe('those that ask for a snapshot', () => {
  it('meet in one, while it is asked for, and while it comes and nothing of it has been let go', async () => {
    const [a, b, c] = [new Member(), new Member(), new Member()];
    void a.feed.restart(undefined);
    void b.feed.restart(undefined);
    const link = await shaken(`${full()}$100000\r\nHELLO`);
    await eventually('both are told', () => a.told.length + b.told.length === 2);
    void c.feed.restart(undefined);
    await eventually('the third is told', () => c.told.length === 1);
    expect([a.told, b.told, c.told]).toEqual([['full 1000'], ['full 1000'], ['full 1000']]);
    expect([a.received, b.received, c.received]).toEqual(['HELLO', 'HELLO', 'HELLO']);
    expect(c.feed.snapshotBytes).toBe(100_000);
    link.send('MORE');
    await eventually('all get more', () => [a, b, c].every(({ received }) => received === 'HELLOMORE'));
    await noLink();
  });

  it('find it kept from its first byte on, as long as they are known to come', async () => {
    const [a, b] = [new Member(), new Member()];
    void a.feed.restart(undefined);
    const link = await shaken(`${full()}$100000000\r\n`);
    await sendMany(link, 5);
    await eventually('it has come', () => a.feed.receivedBytes === 5 * MB);
    a.take();
    void b.feed.restart(undefined);
    await eventually('it is told', () => b.told.length === 1);
    expect(b.feed.cursor.readPosition).toBe(0);
    await noLink();
    b.take();
    const late = new Member();
    void late.feed.restart(undefined);
    await shaken(full(REPLID, 2000));
    await eventually('it has one of its own', () => late.told.includes('full 2000'));
  });

  it('are not waited for once the buffer is full', async () => {
    const [a, b] = [new Member(), new Member()];
    void a.feed.restart(undefined);
    const link = await shaken(`${full()}$100000000\r\n`);
    const taking = setInterval(() => a.take(), 1);
    await sendMany(link, 40);
    await eventually('all has come', () => a.feed.receivedBytes === 40 * MB);
    clearInterval(taking);
    expect(a.told).toEqual(['full 1000']);
    expect(b.told).toEqual([]);
  });

  it('begin anew together where it breaks off', async () => {
    const [a, b] = [new Member(), new Member()];
    void a.feed.restart(undefined);
    void b.feed.restart(undefined);
    (await shaken(`${full()}$100000\r\nHELLO`)).hangUp();
    await shaken(`${full(REPLID, 1200)}$100000\r\nAGAIN`);
    const again = 'full 1200: the link broke during the snapshot';
    await eventually('both are told', () => [a, b].every(({ told }) => told.includes(again)));
    await noLink();
  });
});

describe('those that go on from a place', () => {
  it('come to the log that holds it, and wait for one that is about to', async () => {
    const [a, b, c] = [new Member(), new Member(), new Member()];
    void a.feed.restart(at(500));
    const link = await source.link();
    void b.feed.restart(at(500 + STREAM.length));
    await link.shake('+CONTINUE\r\n');
    await eventually('the first is told', () => a.told.length === 1);
    expect(b.told).toEqual([]);
    link.send(STREAM + STREAM);
    await eventually('the second is told', () => b.told.length === 1);
    expect(b.received).toBe(STREAM);
    void c.feed.restart(at(500));
    await eventually('the third is told', () => c.told.length === 1);
    expect(c.received).toBe(STREAM + STREAM);
    expect([a.feed.receivedOffset, b.feed.receivedOffset]).toEqual([528, 528]);
    await noLink();
  });

  it('have a link of their own before that place, and come over once they have reached it', async () => {
    const [a, b] = [new Member(), new Member()];
    void a.feed.restart(at(500));
    const link = await shaken('+CONTINUE\r\n');
    await eventually('it is told', () => a.told.length === 1);
    void b.feed.restart(at(500 - STREAM.length));
    const own = await shaken('+CONTINUE\r\n');
    await eventually('it is told', () => b.told.length === 1);
    own.send(STREAM + STREAM);
    link.send(STREAM);
    await eventually('all has come', () => [a, b].every(({ feed }) => feed.receivedOffset === 514));
    b.position = at(500 - STREAM.length);
    b.feed.meet();
    b.position = at(500);
    a.position = at(514);
    // The older one is where they meet.
    a.feed.meet();
    expect([link.ended, own.ended]).toEqual([false, false]);
    b.feed.meet();
    await eventually('it has come over', () => b.told.length === 2);
    expect(b.received).toBe(STREAM);
    await eventually('its link is closed', () => own.ended);
    b.feed.meet();
    a.feed.meet();
    await noLink();
    expect(link.ended).toBe(false);
  });

  it('find the place at which they go over to another log, however much that lets go of meanwhile', async () => {
    let found: Promise<Endpoint> = Promise.resolve(endpoint());
    const [a, b] = [new Member(), new Member({ locate: () => found })];
    void a.feed.restart(at(500));
    const link = await shaken('+CONTINUE\r\n');
    await eventually('it is told', () => a.told.length === 1);
    void b.feed.restart(at(400));
    const own = await shaken('+CONTINUE\r\n');
    await eventually('it is told', () => b.told.length === 1);
    own.send('x'.repeat(100));
    await eventually('it has come', () => b.feed.receivedOffset === 500);
    b.position = at(500);
    let find: (at: Endpoint) => void = () => undefined;
    found = new Promise((resolve) => (find = resolve));
    b.feed.meet();
    await sendMany(link, 3);
    await eventually('it has come', () => a.feed.receivedBytes === 3 * MB);
    a.take();
    find(endpoint());
    await eventually('it has come over', () => b.told.length === 2);
    expect(b.feed.cursor.readPosition).toBe(0);
    expect(b.feed.receivedOffset).toBe(500 + 3 * MB);
    await noLink();
    // What it has applied there is let go of again.
    const taking = setInterval(() => [a, b].forEach((one) => one.take()), 1);
    await sendMany(link, 30);
    await eventually('all has come', () => a.feed.receivedBytes === 33 * MB);
    clearInterval(taking);
  });

  it('are not given the end of a snapshot for what stands before it', async () => {
    const [a, b] = [new Member(), new Member()];
    void a.feed.restart(undefined);
    const link = await shaken(`${full()}$100\r\n${'x'.repeat(100)}`);
    await eventually('it has come whole', () => a.feed.snapshot !== undefined);
    link.send(STREAM);
    await eventually('so has the stream', () => a.feed.receivedOffset === 1014);
    void b.feed.restart(at(1000 - STREAM.length));
    expect((await shakenAfter('+CONTINUE\r\n')).slice(1)).toEqual([REPLID, '987']);
    await eventually('it is told', () => b.told.length === 1);
    expect(b.received).toBe('');
    // From where the stream in the log begins on, it would have been.
    const c = new Member();
    void c.feed.restart(at(1000));
    await eventually('it reads the log', () => c.told.length === 1);
    expect(c.received).toBe(STREAM);
    await noLink();
  });

  it('begin with one snapshot where the source has lost it', async () => {
    const [a, b] = [new Member(), new Member()];
    void a.feed.restart(at(500));
    void b.feed.restart(at(500));
    await shaken(full());
    await shaken(`${full(OTHER, 7)}$1000\r\nHELLO`);
    await eventually('both are told', () => [a, b].every(({ told }) => told.at(-1)?.startsWith('full 7')));
    expect(a.told).toEqual([`full 7: the source no longer holds offset 501 of ${REPLID} in its backlog`]);
    expect(b.told).toEqual(a.told);
    await noLink();
  });

  it('are not given what others have opened with other credentials', async () => {
    const a = new Member();
    const b = new Member({ locate: () => ({ ...endpoint(), password: 'secret' }) });
    void a.feed.restart(at(500));
    await shaken('+CONTINUE\r\n');
    void b.feed.restart(at(500));
    await shaken('+CONTINUE\r\n');
    await eventually('it is told', () => b.told.length === 1);
    expect([a.told, b.told]).toEqual([['resumed a'], ['resumed a']]);
  });
});

describe('a link that is shared', () => {
  async function both(): Promise<{ a: Member; b: Member; link: FakeLink }> {
    const [a, b] = [new Member(), new Member()];
    void a.feed.restart(at(500));
    void b.feed.restart(at(500));
    const link = await shaken('+CONTINUE\r\n');
    await eventually('both are told', () => a.told.length + b.told.length === 2);
    return { a, b, link };
  }

  it('is opened again by whoever comes first, for both', async () => {
    const { a, b, link } = await both();
    link.send(STREAM);
    await eventually('it has come', () => b.feed.receivedOffset === 514);
    link.hangUp();
    const next = await source.link();
    expect((await next.shake('+CONTINUE\r\n')).slice(1)).toEqual([REPLID, '515']);
    const told = ['resumed a', 'SOURCE_LINK_LOST', 'resumed a'];
    await eventually('both go on', () => a.told.length === 3 && b.told.length === 3);
    expect([a.told, b.told]).toEqual([told, told]);
    await noLink();
  });

  it('acknowledges what the slowest has applied', async () => {
    const { a, b, link } = await both();
    a.applied = 800;
    b.applied = 700;
    while (link.takeCommand());
    a.feed.ack();
    expect(await link.command()).toEqual(['REPLCONF', 'ACK', '700']);
    await b.feed.close();
    a.feed.ack();
    expect(await link.command()).toEqual(['REPLCONF', 'ACK', '800']);
    await a.feed.close();
    await eventually('it is closed with the last one', () => link.ended);
  });

  it('goes on for those that agree to another history, and the one that does not keeps what had come', async () => {
    const { a, b, link } = await both();
    link.send(STREAM);
    await eventually('it has come', () => a.feed.receivedOffset === 514);
    a.admit = () => Promise.reject(new LockstepError('SOURCE_IS_TARGET', 'no'));
    link.hangUp();
    const next = await shaken(`+CONTINUE ${OTHER}\r\n`);
    await eventually('the one has ended', () => a.fatal.length > 0);
    expect(a.fatal).toEqual(['SOURCE_IS_TARGET']);
    a.feed.leave('SOURCE_IS_TARGET');
    next.send(STREAM);
    await eventually('the other goes on', () => b.feed.receivedOffset === 528);
    expect([a.feed.replid, a.feed.receivedOffset, a.received]).toEqual([REPLID, 514, STREAM]);
    expect([b.feed.replid, b.received]).toEqual([OTHER, STREAM + STREAM]);
    expect(a.feed.connected).toBe(false);
  });

  it('waits for none whose target does not say whether it agrees, and takes that one back when it has', async () => {
    const { a, b, link } = await both();
    link.send(STREAM);
    await eventually('it has come', () => a.feed.receivedOffset === 514);
    let agree!: () => void;
    const agreed = new Promise<void>((resolve) => (agree = resolve));
    a.admit = () => agreed;
    a.position = at(514);
    link.hangUp();
    const next = await shaken(`+CONTINUE ${OTHER}\r\n${STREAM}`);
    await eventually('the other goes on', () => b.feed.receivedOffset === 528);
    expect(b.told).toEqual(['resumed a', 'SOURCE_LINK_LOST', 'resumed b']);
    expect([a.feed.replid, a.feed.receivedOffset]).toEqual([REPLID, 514]);
    agree();
    await eventually('so does the one', () => a.told.at(-1) === 'resumed b');
    expect(a.told).toEqual(['resumed a', 'SOURCE_LINK_LOST', 'TARGET_UNREACHABLE', 'resumed b']);
    expect(a.received).toBe(STREAM);
    expect(next.ended).toBe(false);
    await noLink();
  });

  it('waits for all where none has said so yet', async () => {
    const { a, b, link } = await both();
    let agree!: () => void;
    const agreed = new Promise<void>((resolve) => (agree = resolve));
    a.admit = b.admit = () => agreed;
    link.hangUp();
    const next = await shaken(`+CONTINUE ${OTHER}\r\n${STREAM}`);
    await new Promise((resolve) => setTimeout(resolve, 6000));
    agree();
    await eventually('both go on', () => [a, b].every(({ feed }) => feed.receivedOffset === 514));
    expect([a.told, b.told].map((told) => told.at(-1))).toEqual(['resumed b', 'resumed b']);
    expect(next.ended).toBe(false);
    await noLink();
  });

  it('that another server answers leaves each to step back by itself', async () => {
    const { a, b, link } = await both();
    link.send(STREAM + STREAM);
    await eventually('it has come', () => b.feed.receivedOffset === 528);
    const old = source;
    const next = await new FakeSource().listen();
    source = next;
    a.rejoin = (from) => from;
    b.rejoin = () => at(514);
    a.feed.relocated(endpoint());
    const first = await next.link();
    await first.shake(full());
    await eventually('the one begins anew', () => next.waiting > 0);
    const asked = [await (await next.link()).shake('+CONTINUE\r\n'), await (await next.link()).shake(full())];
    expect(asked.map((words) => words.slice(1)).toSorted()).toEqual([
      ['?', '-1'],
      [REPLID, '515'],
    ]);
    await old.close();
  });
});

describe('a snapshot that is to be held whole', () => {
  it('is too large only for what a run may take itself, whoever has opened the log', async () => {
    const [a, b] = [new Member(), new Member({ newFolder: () => new SpoolFolder(dir, 100 * MB) })];
    b.holdsWhole = true;
    void a.feed.restart(undefined);
    void b.feed.restart(undefined);
    const link = await shaken(`${full()}$${40 * MB}\r\n`);
    await eventually('both are told', () => a.told.length + b.told.length === 2);
    await eventually('its size is known', () => b.feed.snapshotBytes === 40 * MB);
    expect(a.feed.tooLarge?.code).toBe('SNAPSHOT_TOO_LARGE');
    expect(b.feed.tooLarge).toBeUndefined();
    await a.feed.close();
    await sendMany(link, 40);
    const own = await shaken(`${full()}$${40 * MB}\r\n`);
    await sendMany(own, 40);
    await eventually('it has come whole', () => b.feed.snapshot !== undefined);
    expect(b.fatal).toEqual([]);
    expect(b.told.filter((text) => text.startsWith('SPOOL'))).toEqual(['SPOOL_FULL']);
  });
});

describe('a full buffer', () => {
  it('cuts loose the slowest, who goes on over a log of its own', async () => {
    const [a, b] = [new Member(), new Member()];
    a.position = b.position = at(500);
    void a.feed.restart(at(500));
    void b.feed.restart(at(500));
    const link = await shaken('+CONTINUE\r\n');
    await eventually('both are told', () => a.told.length + b.told.length === 2);
    const taking = setInterval(() => a.take(), 1);
    await sendMany(link, 40);
    await eventually('all has come', () => a.feed.receivedOffset === 500 + 40 * MB);
    clearInterval(taking);
    expect(a.told).toEqual(['resumed a']);
    expect(b.told).toEqual(['resumed a', 'TARGET_CUT_LOOSE']);
    const own = await source.link();
    expect((await own.shake('+CONTINUE\r\n')).slice(1)).toEqual([REPLID, '501']);
    await eventually('it goes on', () => b.told.at(-1) === 'resumed a');
    expect(link.ended).toBe(false);
  });

  it('makes the source wait for several copies of one snapshot only where none of them is far ahead', async () => {
    // All that there is lies in memory, so nobody but the source waits for anything.
    const newFolder = (): SpoolFolder => new SpoolFolder(dir, 0);
    const [a, b] = [new Member({ newFolder }), new Member({ newFolder })];
    void a.feed.restart(undefined);
    void b.feed.restart(undefined);
    const link = await shaken(`${full()}$${64 * MB}\r\n`);
    await sendUntil(link, () => a.feed.receivedBytes > 10 * MB);
    // What is left of the room holds more than the one is ahead.
    a.take(8 * MB);
    b.take(4 * MB);
    await sendUntil(link, () => a.told.length > 1 || b.told.length > 1);
    expect([a.told, b.told]).toEqual([
      ['full 1000', 'stalled'],
      ['full 1000', 'stalled'],
    ]);
    link.send(Buffer.alloc(20 * MB));
    await new Promise((resolve) => setTimeout(resolve, 300));
    const taking = setInterval(() => a.take(), 1);
    await eventually('the slower one is cut loose', () => b.told.at(-1) === 'TARGET_CUT_LOOSE');
    clearInterval(taking);
    expect(a.told).toEqual(['full 1000', 'stalled']);
  });

  it('that a question is asked beside lets go of what was asked about', async () => {
    const b = new Member({ onReset: () => b.feed.resume() });
    const a = new Member();
    a.position = b.position = at(500);
    void a.feed.restart(at(500));
    void b.feed.restart(at(500));
    const link = await shaken('+CONTINUE\r\n');
    await eventually('both are told', () => a.told.length + b.told.length === 2);
    b.feed.pause();
    const taking = setInterval(() => a.take(), 1);
    await sendMany(link, 40);
    await eventually('it is cut loose', () => b.told.includes('TARGET_CUT_LOOSE'));
    clearInterval(taking);
    expect((await (await source.link()).shake('+CONTINUE\r\n')).slice(1)).toEqual([REPLID, '501']);
    await eventually('it goes on', () => b.told.at(-1) === 'resumed a');
    expect(b.feed.cursor.readPosition).toBe(0);
  });

  it('leaves one that is paused without a link until it is resumed', async () => {
    const [a, b] = [new Member(), new Member()];
    a.position = b.position = at(500);
    void a.feed.restart(at(500));
    void b.feed.restart(at(500));
    const link = await shaken('+CONTINUE\r\n');
    await eventually('both are told', () => a.told.length + b.told.length === 2);
    b.feed.pause();
    const taking = setInterval(() => a.take(), 1);
    await sendMany(link, 40);
    await eventually('it is cut loose', () => b.told.includes('TARGET_CUT_LOOSE'));
    clearInterval(taking);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await noLink();
    b.feed.resume();
    expect((await (await source.link()).shake('+CONTINUE\r\n')).slice(1)).toEqual([REPLID, '501']);
  });
});
