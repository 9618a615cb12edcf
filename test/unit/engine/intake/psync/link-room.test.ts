import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CHUNK_BYTES } from '../../../../../electron/engine/log/chunk.ts';
import { Spool } from '../../../../../electron/engine/log/spool.ts';
import { arrived, FakeSource, type FakeLink } from '../../../../support/source/fake-source.ts';
import { LinkBench } from '../../../../support/source/link-bench.ts';
import { HeldDisk } from '../../../../support/spool/held-disk.ts';
import { expectedBytes, FEWEST_CHUNKS, SpoolBench } from '../../../../support/spool/spool-bench.ts';

const FROM = { replid: '0123456789abcdef0123456789abcdef01234567', offset: 41 };
const MEMORY_BYTES = FEWEST_CHUNKS * CHUNK_BYTES;
const TOTAL_BYTES = 3 * MEMORY_BYTES + 12_345;

class WatchedSpool extends Spool {
  /** `append` has just found room for some of the bytes, not all. */
  shortOfRoom = false;

  override append(buf: Uint8Array, from: number, to: number): number {
    const taken = super.append(buf, from, to);
    this.shortOfRoom = taken > 0 && taken < to - from;
    return taken;
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
  for (let sent = 0; sent < TOTAL_BYTES; sent += CHUNK_BYTES)
    link.send(expectedBytes(sent, Math.min(CHUNK_BYTES, TOTAL_BYTES - sent)));
  return link;
}

/** Waits until the source cannot send more. */
async function stuck(link: FakeLink): Promise<void> {
  const { spool } = bench.store;
  for (let quiet = 0, last = ''; quiet < 30; quiet++) {
    const now = `${link.unsentBytes} ${spool.writePosition}`;
    if (last !== now) quiet = 0;
    last = now;
    await arrived();
  }
}

describe.each([
  ['in place', WatchedSpool],
  ['through a copy', CopyingSpool],
])('a link that reads %s', (_, SpoolClass) => {
  it('pauses while the spool has no room, and loses nothing', async () => {
    const link = await flooded(new SpoolBench(1e9, SpoolClass));
    const { spool } = bench.store;
    await stuck(link);
    expect(spool.writePosition).toBe(MEMORY_BYTES);
    expect(link.unsentBytes).toBeGreaterThan(CHUNK_BYTES);
    await bench.until(() => {
      disk.step();
      return spool.writePosition === TOTAL_BYTES;
    });
    while (spool.unreadBytes > 0) {
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
    while (spool.writePosition < TOTAL_BYTES) {
      await stuck(link);
      store.readAll();
      disk.drain();
    }
    expect(store.readAll() + spool.unreadBytes).toBe(0);
    if (SpoolClass === CopyingSpool) expect(shortOfRoom).toBeGreaterThan(0);
  });

  it('is not silent while it is paused', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    const link = await flooded(new SpoolBench(1e9, SpoolClass));
    await stuck(link);
    for (let second = 0; second < 70; second++) vi.advanceTimersByTime(1000);
    await arrived();
    expect(bench.errors).toEqual([]);
    // It goes on telling how far it is, so that the source keeps it.
    expect((await link.command())[1]).toBe('ACK');
  });

  it('takes no harm from being closed while it waits', async () => {
    const link = await flooded(new SpoolBench(1e9, SpoolClass));
    await stuck(link);
    bench.link.close();
    disk.drain();
    expect(bench.store.spool.writePosition).toBe(MEMORY_BYTES);
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
    expect.objectContaining({ code: 'INTERNAL', message: 'Error: the reader failed' }),
  ]);
});
