import { afterEach, expect, it } from 'vitest';
import { CHUNK_BYTES } from '../../../../electron/engine/log/chunk.ts';
import { CURSOR_CHUNKS, FEWEST_CHUNKS } from '../../../../electron/engine/log/spool.ts';
import { HeldDisk } from '../../../support/spool/held-disk.ts';
import { SpoolBench } from '../../../support/spool/spool-bench.ts';

let disk: HeldDisk | undefined;
let bench: SpoolBench;

afterEach(async () => {
  disk?.drain();
  await bench.end();
  disk?.remove();
  disk = undefined;
});

it('a cursor that is sealed reads no further than what was written by then, over chunks and from disk', () => {
  disk = new HeldDisk();
  bench = new SpoolBench(1e9, undefined, 2);
  const [sealed, other] = bench.readers.map(({ cursor }) => cursor);
  bench.write(CHUNK_BYTES + 1000);
  sealed!.seal();
  for (let i = 0; i < 4; i++) {
    bench.write(10 * CHUNK_BYTES);
    disk.drain();
    bench.readAll(other);
  }
  expect(sealed!.unreadBytes).toBe(CHUNK_BYTES + 1000);
  for (let turns = 0; turns < 10; turns++) {
    bench.readAll(sealed);
    disk.drain();
  }
  expect(sealed!.readPosition).toBe(CHUNK_BYTES + 1000);
  expect(sealed!.to).toBe(sealed!.from);
  expect(() => sealed!.rewind(CHUNK_BYTES + 1001)).toThrow('not held');
  sealed!.seal();
  expect(sealed!.unreadBytes).toBe(0);
});

it('a writer that waits for two readers is looked at again when one of them gets ahead of the other', () => {
  bench = new SpoolBench(0, undefined, 2);
  const { spool, readers } = bench;
  const [ahead] = readers;
  bench.mayStall = () => readers.every(({ cursor }) => cursor.releasedPosition === 0);
  while (bench.write(CHUNK_BYTES) > 0);
  const written = spool.writePosition;
  expect(spool.tail()).toBeUndefined();
  expect([bench.writable, bench.full]).toEqual([0, 0]);
  bench.readAll(ahead!.cursor);
  expect(ahead!.cursor.readPosition).toBe(written);
  expect(bench.writable).toBe(1);
  while (bench.write(CHUNK_BYTES) > 0);
  expect(spool.writePosition).toBeGreaterThan(written);
  expect(bench.full).toBe(1);
});

it('memory beyond the first is used only as more cursors are open than that is enough for', () => {
  bench = new SpoolBench(1e9, undefined, 1, 2);
  const { spool } = bench;
  const few = spool.capacityBytes;
  bench.open(0);
  expect(spool.capacityBytes).toBe(few + CURSOR_CHUNKS * CHUNK_BYTES);
  bench.open(0);
  expect(spool.takesCursor).toBe(false);
  expect(() => bench.open(0)).toThrow('no memory for 4 cursors');
  bench.readers[2]!.cursor.close();
  expect(spool.takesCursor).toBe(true);
  bench.open(0);
  expect(spool.capacityBytes).toBe(few + 2 * CURSOR_CHUNKS * CHUNK_BYTES);
  expect(FEWEST_CHUNKS * CHUNK_BYTES + bench.folder.quotaBytes).toBe(few);
});

it('a folder that two use goes with the second of them', () => {
  disk = new HeldDisk();
  bench = new SpoolBench();
  while (bench.write(CHUNK_BYTES) > 0);
  disk.drain();
  expect(bench.files()).toHaveLength(1);
  bench.folder.share();
  expect(bench.folder.shared).toBe(true);
  bench.folder.close();
  expect(bench.folder.shared).toBe(false);
  expect(bench.files()).toHaveLength(1);
});
