import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createArena } from '../../../../electron/engine/arena/arena.ts';
import { SourceFeed } from '../../../../electron/engine/intake/source-feed.ts';
import type { SourceFeedOptions } from '../../../../electron/engine/intake/source-feed-options.ts';
import type { StreamPosition } from '../../../../electron/engine/intake/stream-position.ts';
import { WHOLE_SHARE } from '../../../../electron/engine/pacing/memory-share.ts';
import { SourceLogs } from '../../../../electron/engine/intake/source-log/source-logs.ts';
import { RunMemory } from '../../../../electron/engine/log/log-memory.ts';
import { SpoolFolder } from '../../../../electron/engine/log/spool-folder.ts';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import type { Endpoint } from '../../../../shared/model/endpoint.ts';
import { eventually } from '../../../support/eventually.ts';
import { arrived, FakeSource, type FakeLink } from '../../../support/source/fake-source.ts';
import { systemWorld } from '../../../../electron/engine/world/system-world.ts';

const REPLID = 'a'.repeat(40);
const OTHER = 'b'.repeat(40);
const STREAM = '*1\r\n$4\r\nPING\r\n';
const MB = 1024 * 1024;

let source: FakeSource;
let feed: SourceFeed;
let dir: string;
let position: StreamPosition | undefined;
let told: string[];
let fatal: LockstepError[];
let admit: (replid: string) => Promise<void>;

const arena = createArena(72 * MB);

beforeEach(async () => {
  source = await new FakeSource().listen();
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'lockstep-feed-test-'));
  position = undefined;
  told = [];
  fatal = [];
  admit = () => Promise.resolve();
});

afterEach(async () => {
  await feed.close();
  await source.close();
  fs.rmSync(dir, { recursive: true, force: true });
});

const endpoint = (): Endpoint => ({
  host: '127.0.0.1',
  port: source.port,
  user: undefined,
  password: undefined,
  tls: false,
  db: 0,
});

/** Chunks of memory are taken from the arena for good, so that all feeds of these tests share one arena's worth. */
let arenas = 0;
function open(some: Partial<SourceFeedOptions> = {}): SourceFeed {
  feed = new SourceFeed({
    world: systemWorld,
    rejoin: (from) => Promise.resolve(from),
    source: endpoint(),
    locate: endpoint,
    logs: new SourceLogs(
      systemWorld,
      new RunMemory(arenas++ === 0 ? arena : createArena(72 * MB), WHOLE_SHARE.spool),
    ),
    size: WHOLE_SHARE.spool,
    newFolder: () => new SpoolFolder(dir, 1024 * MB),
    retryForMs: 60_000,
    appliedOffset: () => position?.offset ?? 0,
    position: () => position,
    admit: (replid) => admit(replid),
    onFullSync: ({ offset }, reason) => told.push(`full ${offset}${reason ? `: ${reason}` : ''}`),
    onResumed: (replid) => told.push(`resumed ${replid[0]}`),
    onReset: () => told.push('reset'),
    holdsWhole: () => false,
    onStalled: () => told.push('stalled'),
    onReadable: () => undefined,
    onTrouble: ({ error }) => told.push(`trouble ${error.code}`),
    onFatal: (error) => fatal.push(error),
    ...some,
  });
  return feed;
}

async function shaken(reply: string): Promise<FakeLink> {
  const link = await source.link();
  await link.shake(reply);
  return link;
}

const full = (replid = REPLID, offset = 1000): string => `+FULLRESYNC ${replid} ${offset}\r\n`;
const received = (): string => feed.cursor.mem.toString('latin1', feed.cursor.from, feed.cursor.to);

describe('the history that the source answers with', () => {
  it('is read only when it has been admitted', async () => {
    let decide: () => void = () => undefined;
    admit = () => new Promise((resolve) => (decide = resolve));
    void open().restart(undefined);
    const link = await source.link();
    await link.shake(`${full()}$5\r\nHELLO${STREAM}`);
    await arrived();
    await arrived();
    expect(told).toEqual(['reset']);
    expect(feed.receivedBytes).toBe(0);
    decide();
    await eventually('all of it is there', () => feed.receivedBytes === 5 + STREAM.length);
    expect(told).toEqual(['reset', 'full 1000']);
    expect(received()).toBe(`HELLO${STREAM}`);
    expect(feed.receivedOffset).toBe(1000 + STREAM.length);
    link.send(STREAM);
    await eventually('it goes on', () => feed.receivedOffset === 1000 + 2 * STREAM.length);
  });

  it('is not read where it was refused, and what had come before stays', async () => {
    void open().restart({ replid: REPLID, offset: 500 });
    const first = await shaken('+CONTINUE\r\n');
    first.send(STREAM);
    await eventually('the stream has come', () => feed.receivedOffset === 500 + STREAM.length);
    admit = (replid) => Promise.reject(new LockstepError('SOURCE_IS_TARGET', `not ${replid[0]}`));
    first.hangUp();
    const next = await source.link();
    await next.shake(`+CONTINUE ${OTHER}\r\n${STREAM}`);
    await eventually('it has ended', () => fatal.length > 0);
    expect(fatal[0]).toMatchObject({ code: 'SOURCE_IS_TARGET', message: 'not b' });
    expect(told).toEqual(['reset', 'resumed a', 'trouble SOURCE_LINK_LOST']);
    expect(received()).toBe(STREAM);
    expect(feed.connected).toBe(false);
    await eventually('the link is closed', () => next.ended);
  });

  it('is not asked about while it stays the same', async () => {
    const asked: string[] = [];
    admit = async (replid) => void asked.push(replid);
    void open().restart({ replid: REPLID, offset: 500 });
    (await shaken(`+CONTINUE ${REPLID}\r\n`)).hangUp();
    (await shaken(`+CONTINUE ${OTHER}\r\n`)).send(STREAM);
    await eventually('it goes on', () => feed.receivedOffset === 500 + STREAM.length);
    expect(asked).toEqual([OTHER]);
    expect(feed.replid).toBe(OTHER);
  });
});

describe('attempts that fail the same way', () => {
  it('come ever less often, and end with the cause: a link that breaks behind each small snapshot', async () => {
    void open({ retryForMs: 2500 }).restart(undefined);
    let copies = 0;
    const serve = async (): Promise<void> => {
      while (fatal.length === 0) {
        const link = await source.link();
        const words = await link.shake(`${full()}$5\r\nHELLO`).catch(() => []);
        if (words[2] === '-1') copies += 1;
        await eventually('it has come', () => !feed.snapshotPending || link.ended || fatal.length > 0);
        // The copy stands, and nothing of the stream behind it ever comes.
        position = { replid: REPLID, offset: 1000 };
        link.hangUp();
      }
    };
    void serve().catch(() => undefined);
    await eventually('it gives up', () => fatal.length > 0);
    expect(fatal[0]!.code).toBe('RETRY_EXHAUSTED');
    expect(fatal[0]!.message).toMatch(
      /The link to the source broke: .*\(\d+ full copies were begun, and none got further/,
    );
    expect(copies).toBeLessThan(8);
  });

  it('begin anew once something of the stream has come through', async () => {
    void open({ retryForMs: 2500 }).restart({ replid: REPLID, offset: 500 });
    position = { replid: REPLID, offset: 500 };
    for (let i = 1; i <= 20; i++) {
      const link = await shaken('+CONTINUE\r\n');
      link.send(STREAM);
      await eventually('it has come', () => feed.receivedOffset === 500 + i * STREAM.length);
      link.hangUp();
    }
    expect(fatal).toEqual([]);
    expect(told.filter((text) => text.startsWith('trouble')).length).toBeGreaterThanOrEqual(19);
  });
});

describe('a spool that is smaller than the snapshot', () => {
  const PIECE = Buffer.alloc(MB, 'x');
  const PIECES = 64;

  async function send(link: FakeLink): Promise<void> {
    link.send(`$${PIECES * MB}\r\n`);
    for (let i = 0; i < PIECES; i++) {
      link.send(PIECE);
      await eventually(
        'it is on its way',
        () => link.unsentBytes < 2 * MB || told.includes('stalled') || link.ended,
      );
    }
  }

  it('lets the source wait, says so once, and goes on as it is read', async () => {
    void open({ newFolder: () => new SpoolFolder(dir, 2 * MB) }).restart(undefined);
    const link = await shaken(full());
    await send(link);
    await eventually('it waits', () => told.includes('stalled'));
    expect(feed.receivedBytes).toBeLessThan(51 * MB);
    const { cursor } = feed;
    await eventually('all of it is read', () => {
      if (cursor.to > cursor.from) cursor.consume(cursor.to);
      cursor.release(cursor.readPosition);
      return cursor.readPosition === PIECES * MB;
    });
    link.send(STREAM);
    await eventually('the stream comes', () => feed.receivedOffset === 1000 + STREAM.length);
    expect(told).toEqual(['reset', 'full 1000', 'stalled']);
  });

  it('is the end at once where the snapshot is to be held whole', async () => {
    void open({ newFolder: () => new SpoolFolder(dir, 2 * MB), holdsWhole: () => true }).restart(undefined);
    await send(await shaken(full()));
    await eventually('it ends', () => fatal.length > 0);
    expect(fatal.map(({ code }) => code)).toEqual(['SNAPSHOT_TOO_LARGE']);
    expect(told).toEqual(['reset', 'full 1000']);
  });

  it('does not let it wait during a pause: the link is closed', async () => {
    void open({ newFolder: () => new SpoolFolder(dir, 2 * MB) }).restart(undefined);
    const link = await shaken(full());
    await send(link);
    await eventually('it waits', () => told.includes('stalled'));
    feed.pause();
    await eventually('the link is closed', () => link.ended);
    expect(told.at(-1)).toBe('trouble SPOOL_FULL');
  });

  it('is full as before where the stream can be asked for again', async () => {
    position = { replid: REPLID, offset: 500 };
    void open({ newFolder: () => new SpoolFolder(dir, 2 * MB) }).restart(position);
    const link = await shaken('+CONTINUE\r\n');
    for (let i = 0; i < PIECES && !link.ended; i++) {
      link.send(PIECE);
      await eventually('it is on its way', () => link.unsentBytes < 2 * MB || link.ended);
    }
    await eventually('it is told', () => told.includes('trouble SPOOL_FULL'));
    expect(told).not.toContain('stalled');
  });
});
