import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CHUNK_BYTES } from '../../../../../electron/engine/log/chunk.ts';
import { SMALLEST_TAIL_BYTES, Spool } from '../../../../../electron/engine/log/spool.ts';
import { arrived, FakeSource, type FakeLink } from '../../../../support/source/fake-source.ts';
import { LinkBench } from '../../../../support/source/link-bench.ts';
import { HeldDisk } from '../../../../support/spool/held-disk.ts';
import { FEWEST_CHUNKS } from '../../../../../electron/engine/log/spool.ts';
import { expectedBytes, SpoolBench } from '../../../../support/spool/spool-bench.ts';

const FROM = { replid: '0123456789abcdef0123456789abcdef01234567', offset: 41 };
const MEMORY_BYTES = FEWEST_CHUNKS * CHUNK_BYTES;
const TOTAL_BYTES = 3 * MEMORY_BYTES + 12_345;

class WatchedSpool extends Spool {
  /** The last `append` has found room for some of the bytes, not all. */
  shortOfRoom = false;
  /** The last `append` had to leave bytes with the link, which reads nothing more from then on. */
  refusing = false;

  override append(buf: Uint8Array, from: number, to: number): number {
    const taken = super.append(buf, from, to);
    this.refusing = taken < to - from;
    this.shortOfRoom = this.refusing && taken > 0;
    return taken;
  }
}

/** What a busy machine does now and then: pieces that end shortly before a chunk does, which is closed then. */
class PiecesSpool extends WatchedSpool {
  override tail(): { from: number; to: number } | undefined {
    const room = super.tail();
    return room && { from: room.from, to: Math.max(room.from + 1, room.to - SMALLEST_TAIL_BYTES / 2) };
  }
}

/** What a link with TLS meets always: bytes that come in a buffer of the socket's own and are copied. */
class CopyingSpool extends WatchedSpool {
  private appending = false;

  override tail(): { from: number; to: number } | undefined {
    return this.appending ? super.tail() : undefined;
  }

  override append(buf: Uint8Array, from: number, to: number): number {
    this.appending = true;
    const taken = super.append(buf, from, to);
    this.appending = false;
    return taken;
  }
}

let source: FakeSource;
let bench: LinkBench;
let disk: HeldDisk;

beforeEach(async () => {
  disk = new HeldDisk();
  source = await new FakeSource().listen();
});

afterEach(async () => {
  vi.useRealTimers();
  bench.link.close();
  disk.drain();
  await bench.end();
  await source.close();
  disk.remove();
});

/** Opens a link over which the source sends more than the spool's memory holds. */
async function flooded(store: SpoolBench): Promise<FakeLink> {
  bench = new LinkBench(source.port, FROM, {}, store);
  const link = await source.link();
  await link.shake('+CONTINUE\r\n');
  sendFrom(link, 0, TOTAL_BYTES);
  return link;
}

function sendFrom(link: FakeLink, start: number, end: number): void {
  for (let sent = start; sent < end; sent += CHUNK_BYTES)
    link.send(expectedBytes(sent, Math.min(CHUNK_BYTES, end - sent)));
}

/** Waits until the link has met a spool without room, or has read everything. */
async function stuck(total = TOTAL_BYTES): Promise<void> {
  const spool = bench.store.spool as WatchedSpool;
  await arrived();
  await bench.until(() => spool.refusing || spool.writePosition === total);
}

/** All memory is used: every chunk is full but for a tail that is too small to be worth a read. */
function expectFullMemory(): void {
  const { writePosition } = bench.store.spool;
  expect(writePosition).toBeLessThanOrEqual(MEMORY_BYTES);
  expect(writePosition).toBeGreaterThan(MEMORY_BYTES - FEWEST_CHUNKS * SMALLEST_TAIL_BYTES);
}

describe.each([
  ['in place', WatchedSpool],
  ['in pieces', PiecesSpool],
  ['through a copy', CopyingSpool],
])('a link that reads %s', (_, SpoolClass) => {
  it('pauses while the spool has no room, and loses nothing', async () => {
    const link = await flooded(new SpoolBench(1e9, SpoolClass));
    const { spool } = bench.store;
    await stuck();
    expectFullMemory();
    expect(link.unsentBytes).toBeGreaterThan(CHUNK_BYTES);
    await bench.until(() => {
      disk.step();
      return spool.writePosition === TOTAL_BYTES;
    });
    while (bench.store.cursor.unreadBytes > 0) {
      bench.store.readAll();
      disk.drain();
    }
    expect(bench.errors).toEqual([]);
  });

  it('goes on when the reader makes room, be it while it is told of new bytes', async () => {
    const store = new SpoolBench(1e9, SpoolClass);
    const spool = store.spool as WatchedSpool;
    const link = await flooded(store);
    let shortOfRoom = 0;
    bench.onData = () => {
      if (!spool.shortOfRoom) return;
      shortOfRoom += 1;
      store.readAll();
    };
    // Whether the room ends within a read is up to the kernel: more is sent until it has.
    const wanted = SpoolClass === CopyingSpool ? 1 : 0;
    let total = TOTAL_BYTES;
    while (spool.writePosition < total || shortOfRoom < wanted) {
      if (spool.writePosition === total) sendFrom(link, total, (total += MEMORY_BYTES + 12_345));
      await stuck(total);
      store.readAll();
      disk.drain();
    }
    await bench.until(() => {
      store.readAll();
      disk.drain();
      return store.cursor.unreadBytes === 0;
    });
    expect(store.cursor.readPosition).toBe(total);
    expect(bench.errors).toEqual([]);
  });

  it('is not silent while it is paused', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    const link = await flooded(new SpoolBench(1e9, SpoolClass));
    await stuck();
    for (let second = 0; second < 70; second++) vi.advanceTimersByTime(1000);
    await arrived();
    expect(bench.errors).toEqual([]);
    // It goes on telling how far it is, so that the source keeps it.
    expect((await link.command())[1]).toBe('ACK');
  });

  it('takes no harm from being closed while it waits', async () => {
    await flooded(new SpoolBench(1e9, SpoolClass));
    await stuck();
    bench.link.close();
    disk.drain();
    expectFullMemory();
    expect(bench.errors).toEqual([]);
  });
});

it('ends with the error of whoever takes the bytes', async () => {
  bench = new LinkBench(source.port, FROM);
  bench.onData = () => {
    throw new Error('the reader failed');
  };
  const link = await source.link();
  await link.shake('+CONTINUE\r\nxyz');
  await bench.until(() => bench.errors.length > 0);
  expect(bench.errors).toEqual([
    expect.objectContaining({
      code: 'INTERNAL',
      message: expect.stringMatching(/^something unexpected happened/),
    }),
  ]);
});
