import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CHUNK_BYTES, HEADROOM_BYTES } from '../../../../electron/engine/log/chunk.ts';
import { HeldDisk } from '../../../support/spool/held-disk.ts';
import { FEWEST_CHUNKS } from '../../../../electron/engine/log/spool.ts';
import { SpoolBench } from '../../../support/spool/spool-bench.ts';

let disk: HeldDisk;
let bench: SpoolBench;

beforeEach(() => {
  disk = new HeldDisk();
  bench = new SpoolBench();
});

afterEach(async () => {
  disk.drain();
  await bench.end();
  disk.remove();
});

/** Writes until there is no room, with whatever the disk takes meanwhile. */
function fill(): void {
  while (bench.write(CHUNK_BYTES) > 0);
}

describe('in memory', () => {
  it('hands out what was written, and counts positions', () => {
    const { cursor, spool } = bench;
    expect(cursor.to - cursor.from).toBe(0);
    bench.write(100);
    expect(bench.checkWindow()).toBe(100);
    cursor.consume(cursor.from + 60);
    expect(bench.checkWindow()).toBe(40);
    expect([cursor.readPosition, spool.writePosition, cursor.unreadBytes]).toEqual([60, 100, 40]);
    cursor.release(60);
    expect(spool.oldestPosition).toBe(60);
    expect(disk.held).toEqual([]);
    expect(bench.files()).toEqual([]);
  });

  it('reads in one piece what straddles two chunks', () => {
    const { cursor } = bench;
    bench.write(CHUNK_BYTES);
    cursor.consume(cursor.to - HEADROOM_BYTES);
    bench.write(5000);
    expect(bench.checkWindow()).toBe(HEADROOM_BYTES + 5000);
    bench.write(3000);
    expect(bench.checkWindow()).toBe(HEADROOM_BYTES + 8000);
  });

  it('keeps to the chunk while more is unread in it than the headroom holds', () => {
    const { cursor } = bench;
    bench.write(CHUNK_BYTES + 5000);
    cursor.consume(cursor.to - HEADROOM_BYTES - 1);
    expect(bench.checkWindow()).toBe(HEADROOM_BYTES + 1);
    cursor.consume(cursor.from + 1);
    expect(bench.checkWindow()).toBe(HEADROOM_BYTES + 5000);
  });

  it('goes back to a position inside the headroom and to one in the chunk before', () => {
    const { cursor } = bench;
    bench.write(CHUNK_BYTES + 5000);
    cursor.consume(cursor.to - 1000);
    cursor.consume(cursor.from + 400);
    expect(bench.checkWindow()).toBe(5600);
    cursor.rewind(CHUNK_BYTES - 700);
    expect(bench.checkWindow()).toBe(5700);
    cursor.rewind(3);
    expect(bench.checkWindow()).toBe(CHUNK_BYTES - 3);
  });

  it('goes back to anything that is not released, and nowhere else', () => {
    const { cursor } = bench;
    bench.write(1000);
    cursor.consume(cursor.to);
    cursor.release(400);
    cursor.rewind(400);
    expect(bench.checkWindow()).toBe(600);
    cursor.rewind(1000);
    expect(bench.checkWindow()).toBe(0);
    expect(() => cursor.rewind(399)).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
    expect(() => cursor.rewind(1001)).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
  });

  it('closes a chunk with little room, so that reads stay large', () => {
    bench.write(CHUNK_BYTES - 4000);
    expect(bench.spool.tail()!.to - bench.spool.tail()!.from).toBe(CHUNK_BYTES);
  });

  it('refuses a commit of more than there is room for', () => {
    const { spool } = bench;
    expect(() => spool.commit(1)).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
    const room = spool.tail()!;
    expect(() => spool.commit(room.to - room.from + 1)).toThrow(
      expect.objectContaining({ code: 'INTERNAL' }),
    );
  });

  it('uses its memory again and again without the disk while the reader keeps up', () => {
    for (let i = 0; i < 60; i++) {
      expect(bench.write(700_000)).toBe(700_000);
      expect(bench.readAll()).toBe(700_000);
    }
    expect(disk.held).toEqual([]);
  });
});

describe('close', () => {
  it('waits for what the disk is doing, then removes the folder', async () => {
    fill();
    let closed = false;
    const closing = bench.spool.close().then(() => (closed = true));
    while (disk.held.length > 1) disk.step();
    await Promise.resolve();
    expect(closed).toBe(false);
    expect(bench.files()).not.toEqual([]);
    disk.drain();
    await closing;
    expect(bench.files()).toEqual([]);
    expect([bench.writable, bench.readable]).toEqual([0, 0]);
  });

  it('waits for a chunk on its way back, too, and says nothing of it', async () => {
    const { cursor, spool } = bench;
    fill();
    disk.drain();
    while (cursor.to > cursor.from) cursor.consume(cursor.to);
    const told = bench.readable;
    expect(disk.held.some((operation) => operation.kind === 'read')).toBe(true);
    const closing = spool.close();
    disk.drain();
    await closing;
    expect(bench.readable).toBe(told);
  });

  it('may be called twice', async () => {
    fill();
    const both = Promise.all([bench.spool.close(), bench.spool.close()]);
    disk.drain();
    await expect(both).resolves.toEqual([undefined, undefined]);
  });

  it('gives no room and no window afterwards', async () => {
    bench.write(1000);
    await bench.spool.close();
    expect(bench.spool.tail()).toBeUndefined();
    expect(bench.cursor.to - bench.cursor.from).toBe(0);
    expect(bench.spool.append(Buffer.alloc(1), 0, 1)).toBe(0);
  });

  it('leaves the memory to the next spool', async () => {
    fill();
    disk.drain();
    await bench.end();
    bench = new SpoolBench();
    fill();
    expect(bench.spool.writePosition).toBe(FEWEST_CHUNKS * CHUNK_BYTES);
  });
});
