import { afterEach, expect, test } from 'vitest';
import { CHUNK_BYTES, HEADROOM_BYTES } from '../../../../electron/engine/log/chunk.ts';
import { randomOf } from '../../../support/rdb/portions.ts';
import { HeldDisk } from '../../../support/spool/held-disk.ts';
import { expectedBytes, SpoolBench } from '../../../support/spool/spool-bench.ts';

/** More than the memory of the spool holds. */
const MOST_UNRELEASED_BYTES = 40 * 1024 * 1024;

let disk: HeldDisk | undefined;

afterEach(() => disk?.remove());

/** Random calls in random order against the plain rule that byte n of what was written is byte n of what is read. */
class Model {
  readonly bench = new SpoolBench();
  private readonly random: () => number;
  private readonly disk: HeldDisk;
  released = 0;
  spilled = 0;
  /** What writing and reading take of the steps, which changes now and then. */
  private weights = { write: 0.3, consume: 0.3, release: 0.1, disk: 0.3 };
  /** Notifications that had come when a side began to wait; undefined while it does not wait. */
  private writerWaits: number | undefined;
  private readerWaits: number | undefined;

  constructor(seed: number, heldDisk: HeldDisk) {
    this.random = randomOf(seed);
    this.disk = heldDisk;
  }

  /** A number in [0, most], small ones as often as large ones. */
  private size(most: number): number {
    return this.random() < 0.1 ? most : Math.floor((most + 1) ** this.random()) - 1;
  }

  step(): void {
    const { spool } = this.bench;
    const { write, consume, release, disk: operate } = this.weights;
    let what = this.random() * (write + consume + release + operate);
    if ((what -= write) < 0) {
      if (spool.writePosition - this.released < MOST_UNRELEASED_BYTES) this.write();
    } else if ((what -= consume) < 0) this.consume();
    else if ((what -= release) < 0) this.release();
    else this.disk.step(Math.floor(this.random() * this.disk.held.length));
    const rarely = this.random();
    if (rarely < 0.01) this.rewind();
    else if (rarely < 0.02) this.settle();
    else if (rarely < 0.05) this.changeWeights();
    this.spilled = Math.max(this.spilled, spool.diskBytes);
    this.check();
  }

  private changeWeights(): void {
    const share = (): number => (this.random() < 0.4 ? 0 : this.random());
    this.weights = { write: share(), consume: share(), release: share() / 3, disk: share() + 0.01 };
  }

  private write(): void {
    const { spool } = this.bench;
    const bytes = this.size(CHUNK_BYTES + 100_000);
    const start = spool.writePosition;
    const before = this.bench.writable;
    const written =
      this.random() < 0.7 ? this.bench.write(bytes) : spool.append(expectedBytes(start, bytes), 0, bytes);
    expect(spool.writePosition).toBe(start + written);
    if (written < bytes) this.writerWaits ??= before;
  }

  private consume(): void {
    const { spool } = this.bench;
    const before = this.bench.readable;
    spool.consume(spool.from + this.size(spool.to - spool.from));
    if (spool.from === spool.to && spool.unreadBytes > 0) this.readerWaits ??= before;
  }

  private release(): void {
    const { spool } = this.bench;
    const held = spool.readPosition - this.released;
    this.released += this.random() < 0.5 ? held : this.size(held);
    spool.release(this.released);
    expect(spool.oldestPosition).toBe(this.released);
  }

  private rewind(): void {
    const { spool } = this.bench;
    const to = this.random() < 0.9 ? spool.readPosition : spool.writePosition;
    const position = this.released + Math.floor(this.random() * (to - this.released + 1));
    this.readerWaits = undefined;
    spool.rewind(position);
    expect(spool.readPosition).toBe(position);
  }

  private check(): void {
    const { spool } = this.bench;
    const window = this.bench.checkWindow();
    // Whoever was told has nothing to wait for, and neither has a reader for whom more was written.
    if (this.writerWaits !== undefined && this.bench.writable > this.writerWaits)
      this.writerWaits = undefined;
    if (window > 0 && this.readerWaits !== undefined && this.bench.readable > this.readerWaits)
      this.readerWaits = undefined;
    expect(spool.unreadBytes).toBe(spool.writePosition - spool.readPosition);
    expect(window).toBeLessThanOrEqual(spool.unreadBytes);
    expect(this.bench.errors).toEqual([]);
  }

  /** When the disk has done everything, the reader must have enough to go on and the writer must have room. */
  settle(): void {
    const { spool } = this.bench;
    this.disk.drain();
    expect(spool.to - spool.from).toBeGreaterThanOrEqual(Math.min(spool.unreadBytes, HEADROOM_BYTES));
    expect(this.writerWaits === undefined || this.bench.writable > this.writerWaits).toBe(true);
    expect(this.readerWaits === undefined || this.bench.readable > this.readerWaits).toBe(true);
    this.readerWaits = undefined;
    this.writerWaits = undefined;
    expect(spool.tail()).toBeDefined();
  }

  /** Reads whatever is left. */
  finish(): void {
    const { spool } = this.bench;
    while (spool.unreadBytes > 0) {
      this.settle();
      this.bench.readAll();
    }
    this.disk.drain();
    spool.release(spool.writePosition);
    expect(spool.diskBytes).toBe(0);
    expect(this.bench.files()).toEqual([]);
  }
}

// Each of these seeds once showed a side that waited for memory for ever, or a file that stayed.
test.each([107, 108, 118, 174, 206, 233])(
  'whatever the order of calls and of the disk, bytes come as they went in (%i)',
  async (seed) => {
    disk = new HeldDisk();
    const model = new Model(seed, disk);
    if (seed > 150) disk.mostBytes = 300_000;
    for (let step = 0; step < 2500; step++) model.step();
    model.finish();
    expect(model.spilled).toBeGreaterThan(10 * CHUNK_BYTES);
    await model.bench.end();
  },
);
