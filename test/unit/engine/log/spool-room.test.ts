import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CHUNK_BYTES } from '../../../../electron/engine/log/chunk.ts';
import { HeldDisk } from '../../../support/spool/held-disk.ts';
import { FEWEST_CHUNKS } from '../../../../electron/engine/log/spool.ts';
import { expectedBytes, SpoolBench } from '../../../support/spool/spool-bench.ts';

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

describe('waiting for the disk', () => {
  it('gives no room when memory is full, and tells when there is some', () => {
    const { spool } = bench;
    fill();
    expect(spool.writePosition).toBe(FEWEST_CHUNKS * CHUNK_BYTES);
    expect(spool.tail()).toBeUndefined();
    expect(bench.writable).toBe(0);
    disk.step();
    expect(bench.writable).toBe(1);
    expect(spool.tail()).toBeDefined();
    disk.drain();
    expect(bench.writable).toBe(1);
  });

  it('tells when the reader makes room instead of the disk', () => {
    fill();
    bench.readAll();
    expect(bench.writable).toBe(1);
    expect(bench.spool.tail()).toBeDefined();
  });

  it('takes what append has no room for not at all', () => {
    fill();
    expect(bench.spool.append(Buffer.alloc(10), 0, 10)).toBe(0);
    disk.drain();
    expect(bench.spool.append(expectedBytes(bench.spool.writePosition, 10), 0, 10)).toBe(10);
  });

  it('never writes out what is read now or next', () => {
    fill();
    disk.drain();
    for (let i = 0; i < 3; i++) {
      expect(bench.checkWindow()).toBe(CHUNK_BYTES);
      bench.cursor.consume(bench.cursor.to);
    }
  });

  it('reads ahead, so that the next chunk is there before it is needed', () => {
    const { cursor } = bench;
    for (let i = 0; i < 3; i++) {
      fill();
      disk.drain();
    }
    for (let i = 0; i < 20; i++) {
      expect(bench.checkWindow()).toBe(CHUNK_BYTES);
      cursor.consume(cursor.to);
      cursor.release(cursor.readPosition);
      disk.drain();
    }
  });

  it('keeps a chunk in memory that the reader comes to need while it is written out', () => {
    const { cursor } = bench;
    fill();
    expect(disk.held).toHaveLength(8);
    while (cursor.unreadBytes > 4 * CHUNK_BYTES) cursor.consume(cursor.to);
    for (let writes = 0; writes < 8; writes++) {
      disk.step();
      expect(bench.checkWindow()).toBe(CHUNK_BYTES);
    }
    expect(disk.held).toEqual([]);
  });

  it('finds other memory for the writer when all that was to go to disk came to be needed', () => {
    const { cursor, spool } = bench;
    for (let i = 0; i < 4; i++) {
      fill();
      disk.drain();
    }
    bench.write(1000);
    // The free memory is taken by chunks on their way back, so the first ones are written out …
    for (const chunk of [8, 13, 18]) cursor.rewind(chunk * CHUNK_BYTES);
    disk.step(disk.held.findIndex((operation) => operation.kind === 'write'));
    cursor.rewind(spool.writePosition);
    fill();
    expect(spool.tail()).toBeUndefined();
    // … and just these are what the reader then goes back to.
    cursor.rewind(0);
    const told = bench.writable;
    disk.drain();
    expect(bench.writable).toBeGreaterThan(told);
    expect(spool.tail()).toBeDefined();
  });

  it('reads the next chunk back although there was no memory for it when it was asked for', () => {
    const { cursor } = bench;
    fill();
    disk.drain();
    fill();
    // The reader stands at the end of what is in memory, which is full again.
    while (cursor.to > cursor.from) cursor.consume(cursor.to);
    expect(cursor.unreadBytes).toBeGreaterThan(0);
    const told = bench.readable;
    disk.drain();
    expect(bench.readable).toBeGreaterThan(told);
    expect(bench.checkWindow()).toBeGreaterThan(0);
  });

  it('goes back to what lies on disk only', () => {
    const { cursor, spool } = bench;
    for (let i = 0; i < 3; i++) {
      fill();
      disk.drain();
    }
    while (cursor.unreadBytes > 0) {
      cursor.consume(cursor.to);
      disk.drain();
      fill();
      if (spool.writePosition > 40 * CHUNK_BYTES) break;
    }
    cursor.rewind(5);
    expect(bench.checkWindow()).toBe(0);
    const told = bench.readable;
    disk.drain();
    expect(bench.readable).toBeGreaterThan(told);
    expect(bench.checkWindow()).toBe(CHUNK_BYTES - 5);
  });

  it('drops what is released while it is written out, as soon as that has ended', () => {
    const { cursor, spool } = bench;
    fill();
    while (cursor.to > cursor.from) cursor.consume(cursor.to);
    cursor.release(cursor.readPosition);
    disk.drain();
    expect(spool.diskBytes).toBe(0);
    expect(bench.files()).toEqual([]);
  });
});
