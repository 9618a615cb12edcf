/**
 * One fixed block of memory for everything that bytes of the source pass through. It is a WebAssembly memory, so the
 * checksum kernel reads what lies in it without a copy, and it never grows, so views of it stay valid.
 */
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { CRC64_TABLES_BYTES, crc64Module, writeCrc64Tables } from './crc64-kernel.ts';

const PAGE_BYTES = 65536;
const ALIGNMENT_BYTES = 64;
const SCRATCH_BYTES = 65536;

/** How many checksums may run side by side. */
export const CRC_SLOTS = 4;

const TABLES_ADDRESS = 0;
const STATES_ADDRESS = TABLES_ADDRESS + CRC64_TABLES_BYTES;
const SCRATCH_ADDRESS = STATES_ADDRESS + ALIGNMENT_BYTES;
const FIRST_FREE_ADDRESS = SCRATCH_ADDRESS + SCRATCH_BYTES;

/** Made once: a run of many parts has an arena for each. */
let kernel: { readonly module: WebAssembly.Module; readonly tables: Buffer } | undefined;

function makeKernel(): NonNullable<typeof kernel> {
  const tables = Buffer.alloc(CRC64_TABLES_BYTES);
  writeCrc64Tables(tables, 0);
  const leastPages = Math.ceil(FIRST_FREE_ADDRESS / PAGE_BYTES);
  return { tables, module: new WebAssembly.Module(crc64Module(TABLES_ADDRESS, leastPages)) };
}

type CrcUpdate = (stateAddress: number, from: number, to: number) => void;

export class Arena {
  /** The whole memory; an address that `allocate` gives is an index into it. */
  readonly mem: Buffer;
  #nextAddress = FIRST_FREE_ADDRESS;
  readonly #update: CrcUpdate;

  constructor(bytes: number) {
    const pages = Math.ceil((FIRST_FREE_ADDRESS + bytes) / PAGE_BYTES);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
    this.mem = Buffer.from(memory.buffer as ArrayBuffer);
    const { module, tables } = (kernel ??= makeKernel());
    tables.copy(this.mem, TABLES_ADDRESS);
    this.#update = new WebAssembly.Instance(module, { host: { memory } }).exports['update'] as CrcUpdate;
  }

  /** Takes `bytes` from the arena for good. @returns the address, a multiple of 64. @throws INTERNAL if none are left */
  allocate(bytes: number): number {
    const address = this.#nextAddress;
    const next = address + Math.ceil(bytes / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
    if (next > this.mem.length) {
      throw new LockstepError(
        'INTERNAL',
        `the arena is exhausted: ${bytes} bytes wanted, ${this.mem.length - address} left`,
      );
    }
    this.#nextAddress = next;
    return address;
  }

  /** Gives back all that was allocated; whoever had some of it is gone. */
  clear(): void {
    this.#nextAddress = FIRST_FREE_ADDRESS;
  }

  /** Starts the checksum in a slot anew. */
  crcReset(slot: number): void {
    const at = stateAddress(slot);
    const { mem } = this;
    // A call of fill costs more than the eight stores, and this runs for every value that is restored.
    mem[at] = mem[at + 1] = mem[at + 2] = mem[at + 3] = 0;
    mem[at + 4] = mem[at + 5] = mem[at + 6] = mem[at + 7] = 0;
  }

  /** Continues a checksum over buf[from, to): in place if buf is a view of this arena, else through a copy. */
  crcUpdate(slot: number, buf: Buffer, from: number, to: number): void {
    const at = stateAddress(slot);
    if (buf.buffer === this.mem.buffer) {
      this.#update(at, buf.byteOffset + from, buf.byteOffset + to);
      return;
    }
    for (let pos = from; pos < to; pos += SCRATCH_BYTES) {
      const end = Math.min(to, pos + SCRATCH_BYTES);
      buf.copy(this.mem, SCRATCH_ADDRESS, pos, end);
      this.#update(at, SCRATCH_ADDRESS, SCRATCH_ADDRESS + end - pos);
    }
  }

  /** Writes the checksum to out[at, at + 8), little-endian as in an RDB file and a DUMP payload. */
  crcCopy(slot: number, out: Buffer, at: number): void {
    const address = stateAddress(slot);
    const { mem } = this;
    for (let i = 0; i < 8; i++) out[at + i] = mem[address + i]!;
  }

  /** Whether buf[at, at + 8) holds the checksum, little-endian. */
  crcEquals(slot: number, buf: Buffer, at: number): boolean {
    const address = stateAddress(slot);
    return this.mem.compare(buf, at, at + 8, address, address + 8) === 0;
  }
}

function stateAddress(slot: number): number {
  if (slot < 0 || slot >= CRC_SLOTS) throw new LockstepError('INTERNAL', `there is no checksum slot ${slot}`);
  return STATES_ADDRESS + slot * 8;
}

/** An arena with at least `bytes` to allocate (at most 4 GB in all). */
export function createArena(bytes: number): Arena {
  return new Arena(bytes);
}
