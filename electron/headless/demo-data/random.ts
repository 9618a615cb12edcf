const POOL_BYTES = 4 * 1024 * 1024;

/** Numbers and bytes that are the same on every run with the same seed (xorshift128, Marsaglia 2003). */
export class Random {
  private x: number;
  private y = 362_436_069;
  private z = 521_288_629;
  private w = 88_675_123;
  private pool: Buffer | undefined;

  constructor(seed: number) {
    this.x = seed | 0 || 1;
    for (let i = 0; i < 20; i++) this.uint32();
  }

  uint32(): number {
    const t = this.x ^ (this.x << 11);
    this.x = this.y;
    this.y = this.z;
    this.z = this.w;
    this.w = this.w ^ (this.w >>> 19) ^ t ^ (t >>> 8);
    return this.w >>> 0;
  }

  /** An integer of [0, limit). */
  below(limit: number): number {
    return this.uint32() % limit;
  }

  /** An integer of [from, to]. */
  between(from: number, to: number): number {
    return from + this.below(to - from + 1);
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.uint32() < probability * 4_294_967_296;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  /** Incompressible bytes, as a view of a shared pool: to be used at once, never written to. */
  bytes(length: number): Buffer {
    if (length > POOL_BYTES) throw new RangeError(`more than ${POOL_BYTES} bytes at once`);
    if (!this.pool) {
      this.pool = Buffer.allocUnsafeSlow(POOL_BYTES);
      this.fill(this.pool);
    }
    const from = this.below(POOL_BYTES - length + 1);
    return this.pool.subarray(from, from + length);
  }

  /** Fills a buffer with incompressible bytes. */
  fill(buf: Buffer): void {
    const words = new Uint32Array(buf.buffer, buf.byteOffset, buf.length >>> 2);
    for (let i = 0; i < words.length; i++) words[i] = this.uint32();
  }
}
