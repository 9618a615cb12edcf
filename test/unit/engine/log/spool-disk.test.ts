import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { CHUNK_BYTES } from '../../../../electron/engine/log/chunk.ts';
import { HeldDisk } from '../../../support/spool/held-disk.ts';
import { FEWEST_CHUNKS } from '../../../../electron/engine/log/spool.ts';
import { SpoolBench } from '../../../support/spool/spool-bench.ts';

const DEADLINE_MS = 20_000;

let bench: SpoolBench;
let disk: HeldDisk | undefined;

afterEach(async () => {
  disk?.drain();
  await bench.end();
  disk?.remove();
  disk = undefined;
});

async function until(condition: () => boolean): Promise<void> {
  for (const deadline = Date.now() + DEADLINE_MS; !condition(); await sleep(1))
    if (Date.now() > deadline) throw new Error('waited in vain');
}

/** Writes so much, waiting for the disk where it has to. */
async function writeAll(bytes: number): Promise<void> {
  for (let left = bytes; left > 0;) {
    left -= bench.write(left);
    if (left > 0) await until(() => bench.spool.tail() !== undefined);
  }
}

const mode = (file: string): number => fs.statSync(file).mode & 0o777;

describe('on a real disk', () => {
  it('hands out in order what went through segment files that only the owner can read', async () => {
    bench = new SpoolBench();
    await writeAll(80 * CHUNK_BYTES);
    await until(() => bench.spool.diskBytes > 60 * CHUNK_BYTES);
    expect(mode(bench.dir)).toBe(0o700);
    const files = bench.files().map((name) => path.join(bench.dir, name));
    expect(files.length).toBeGreaterThan(1);
    expect(files.map(mode)).toEqual(files.map(() => 0o600));
    await until(() => {
      bench.readAll();
      return bench.cursor.unreadBytes === 0;
    });
    await until(() => bench.spool.diskBytes === 0);
    expect(bench.files()).toEqual([]);
    expect(bench.errors).toEqual([]);
  });

  it('deletes a segment when its last chunk is released, not before', async () => {
    bench = new SpoolBench(16 * 8 * CHUNK_BYTES);
    await writeAll(40 * CHUNK_BYTES);
    const { cursor, spool } = bench;
    await until(() => spool.diskBytes > 25 * CHUNK_BYTES);
    const [first] = bench.files();
    // Read, but not released: with the memory full it goes to disk again.
    await until(() => {
      while (bench.checkWindow() > 0) cursor.consume(cursor.to);
      return cursor.unreadBytes === 0;
    });
    cursor.rewind(0);
    await until(() => bench.checkWindow() > 0);
    await until(() => {
      bench.readAll();
      return cursor.unreadBytes === 0;
    });
    expect(bench.files()).not.toContain(first);
    expect(bench.files()).toEqual([]);
  });
});

describe('the quota', () => {
  it('ends in SPOOL_FULL when what waits does not fit it', () => {
    disk = new HeldDisk();
    bench = new SpoolBench(10 * CHUNK_BYTES);
    while (bench.write(CHUNK_BYTES) > 0) disk.drain();
    expect(bench.errors.map((error) => error.code)).toEqual(['SPOOL_FULL']);
    expect(bench.errors[0]!.message).toMatch(/of 10485760/);
    expect(bench.spool.diskBytes).toBeLessThanOrEqual(10 * CHUNK_BYTES);
    expect(bench.spool.diskBytes).toBeGreaterThan(8 * CHUNK_BYTES);
  });

  it('does not matter while memory is enough', () => {
    disk = new HeldDisk();
    bench = new SpoolBench(1);
    expect(bench.write(FEWEST_CHUNKS * CHUNK_BYTES)).toBe(FEWEST_CHUNKS * CHUNK_BYTES);
    expect(bench.errors).toEqual([]);
    bench.readAll();
    expect(bench.write(5 * CHUNK_BYTES)).toBe(5 * CHUNK_BYTES);
    expect(bench.errors).toEqual([]);
  });

  it('ends in SPOOL_FULL, too, when it is the reader who needs memory for what lies on disk', () => {
    disk = new HeldDisk();
    bench = new SpoolBench(10 * CHUNK_BYTES);
    const { cursor, spool } = bench;
    // Memory and disk are full to the last chunk, which is open.
    while (spool.writePosition < 22 * CHUNK_BYTES - 5000) {
      bench.write(Math.min(CHUNK_BYTES, 22 * CHUNK_BYTES - 5000 - spool.writePosition));
      disk.drain();
    }
    expect(bench.errors).toEqual([]);
    while (bench.checkWindow() > 0) {
      cursor.consume(cursor.to);
      disk.drain();
    }
    expect(cursor.unreadBytes).toBeGreaterThan(0);
    expect(bench.errors.map((error) => error.code)).toEqual(['SPOOL_FULL']);
  });

  it('leaves what is held readable, and takes nothing more', () => {
    disk = new HeldDisk();
    bench = new SpoolBench(3 * CHUNK_BYTES);
    while (bench.write(CHUNK_BYTES) > 0) disk.drain();
    const { writePosition } = bench.spool;
    expect(writePosition).toBeGreaterThan(12 * CHUNK_BYTES);
    for (let turn = 0; turn < 10; turn++) {
      bench.readAll();
      disk.drain();
    }
    expect(bench.cursor.readPosition).toBe(writePosition);
    expect(bench.spool.tail()).toBeUndefined();
    expect(bench.errors).toHaveLength(1);
  });
});

describe('a failing disk', () => {
  const fault = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });

  it('ends in one SPOOL_DISK when a chunk cannot be written', () => {
    disk = new HeldDisk();
    bench = new SpoolBench();
    while (bench.write(CHUNK_BYTES) > 0);
    while (disk.step(0, fault));
    expect(bench.errors.map((error) => error.code)).toEqual(['SPOOL_DISK']);
    expect(bench.errors[0]!.message).toMatch(/no room left on the disk$/);
    expect(bench.spool.tail()).toBeUndefined();
    // It is still in memory.
    expect(bench.readAll()).toBe(FEWEST_CHUNKS * CHUNK_BYTES);
  });

  it('never shows memory that a failed read has left', () => {
    disk = new HeldDisk();
    bench = new SpoolBench();
    const { cursor } = bench;
    for (let turn = 0; turn < 3; turn++) {
      while (bench.write(CHUNK_BYTES) > 0);
      disk.drain();
    }
    while (bench.checkWindow() > 0) cursor.consume(cursor.to);
    const reads = disk.held.filter((operation) => operation.kind === 'read');
    expect(reads.length).toBeGreaterThan(1);
    disk.step(disk.held.indexOf(reads[0]!), fault);
    disk.drain();
    cursor.consume(cursor.from);
    bench.write(10);
    expect(bench.checkWindow()).toBe(0);
    expect(cursor.unreadBytes).toBeGreaterThan(0);
    expect(bench.errors.map((error) => error.code)).toEqual(['SPOOL_DISK']);
  });

  it('ends in SPOOL_DISK when the folder cannot be made', () => {
    bench = new SpoolBench();
    fs.rmSync(bench.parent, { recursive: true });
    fs.writeFileSync(bench.parent, 'a file where the folder should be');
    while (bench.write(CHUNK_BYTES) > 0);
    expect(bench.errors.map((error) => error.code)).toEqual(['SPOOL_DISK']);
  });

  it.each([
    ['shorter than what was written', (file: string) => fs.truncateSync(file, 0)],
    ['changed', (file: string) => fs.writeFileSync(file, Buffer.alloc(fs.statSync(file).size))],
  ])('ends in SPOOL_DAMAGED when a file is %s, and shows nothing of it', (_, harm) => {
    disk = new HeldDisk();
    bench = new SpoolBench();
    while (bench.write(CHUNK_BYTES) > 0);
    disk.drain();
    for (const name of bench.files()) harm(path.join(bench.dir, name));
    while (bench.checkWindow() > 0) bench.cursor.consume(bench.cursor.to);
    disk.drain();
    expect(bench.errors.map((error) => error.code)).toEqual(['SPOOL_DAMAGED']);
    expect(bench.checkWindow()).toBe(0);
  });
});
