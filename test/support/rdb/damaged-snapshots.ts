import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { decodeAllWays } from './all-ways.ts';
import * as build from './builder.ts';
import { menagerie } from './menagerie.ts';
import { decodeInPortions, randomOf, randomSizes, whole } from './portions.ts';
import { RdbRecorder } from './recorder.ts';

/** More than any honest length in these snapshots makes the decoder take at once. */
const MOST_BYTES_AT_ONCE = 4 * 1024 * 1024;

let random: () => number;
const pick = (below: number): number => Math.floor(random() * below);

const OUTCOMES = ['RDB_BROKEN', 'RDB_UNSUPPORTED', 'finished', 'unfinished'];

/** Decodes; anything that is thrown must be one of the two errors of a snapshot. @returns its code, or how it ended */
function outcome(snapshot: Buffer, nextSize: () => number): string {
  try {
    return decodeInPortions(snapshot, new RdbRecorder(), nextSize).finished ? 'finished' : 'unfinished';
  } catch (error) {
    if (error instanceof LockstepError && ['RDB_BROKEN', 'RDB_UNSUPPORTED'].includes(error.code))
      return error.code;
    throw error;
  }
}

/** The snapshot with its checksum switched off, so that damage is not found by it alone. */
function unchecked(snapshot: Buffer): Buffer {
  return Buffer.concat([snapshot.subarray(0, -8), Buffer.alloc(8)]);
}

function damaged(snapshot: Buffer, changes: number): Buffer {
  const copy = unchecked(snapshot);
  for (let i = 0; i < changes; i++) {
    // Small keys lie beside large ones, so aim at their structure as often as at their content.
    const at =
      pick(2) === 0
        ? pick(copy.length - 8)
        : Math.min(copy.length - 9, pick(40) * Math.ceil(copy.length / 40) + pick(60));
    copy[at] = pick(3) === 0 ? pick(256) : copy[at]! ^ (1 << pick(8));
  }
  return copy;
}

/** Declares the tests that feed damaged snapshots to the decoder; `times` as many as take a few seconds. */
export function testDamagedSnapshots(seed: number, times: number): void {
  random = randomOf(seed);
  const small = build.snapshot(menagerie());
  const filler = Buffer.alloc(140_000, 'text that compresses well ');
  for (let i = 0; i < filler.length / 2; i++) filler[i] = pick(256);
  const large = build.snapshot(menagerie(filler));

  beforeEach(() => {
    const original = Buffer.allocUnsafeSlow;
    vi.spyOn(Buffer, 'allocUnsafeSlow').mockImplementation((size) => {
      if (size > MOST_BYTES_AT_ONCE) throw new Error(`the decoder takes ${size} bytes at once`);
      return original(size);
    });
  });

  afterEach(() => {
    vi.restoreAllMocks();
  });

  test('the snapshots themselves are whole', () => {
    expect(decodeAllWays(small).keys.length).toBe(21);
    expect(outcome(large, whole(large))).toBe('finished');
  });

  test('a truncated snapshot never finishes and is not an error', () => {
    for (let size = 0; size < small.length; size++) {
      expect(outcome(small.subarray(0, size), whole(small))).toBe('unfinished');
    }
    for (let round = 0; round < 30 * times; round++) {
      expect(outcome(large.subarray(0, pick(large.length)), randomSizes(round, 400_000))).toBe('unfinished');
    }
  });

  test('a changed bit is found by the checksum at the latest', () => {
    for (let at = 0; at < small.length; at++) {
      const copy = Buffer.from(small);
      copy[at]! ^= 1 << pick(8);
      expect(outcome(copy, whole(copy))).not.toBe('finished');
    }
  });

  test('damage without a checksum ends in one of the two errors, or nowhere', () => {
    const seen = new Set<string>();
    for (let round = 0; round < 2000 * times; round++) {
      const copy = damaged(small, 1 + pick(4));
      const result = outcome(copy, whole(copy));
      seen.add(result);
      if (round % 10 === 0) expect(outcome(copy, randomSizes(round, 900))).toBe(result);
    }
    expect([...seen].sort()).toEqual(OUTCOMES);
  });

  test('damage in values that are larger than a window', () => {
    for (let round = 0; round < 30 * times; round++) {
      const copy = damaged(large, 1 + pick(4));
      expect(OUTCOMES).toContain(outcome(copy, randomSizes(round, 900_000)));
    }
  });

  test('damage in what only Valkey writes', () => {
    const field = (name: string, at: bigint): Buffer =>
      build.join(build.string(name), build.lzfString('soft text '.repeat(12)), build.i64le(at));
    const fields = build.join(3, field('a', -1n), field('b', 1_900_000_000_000n), field('c', 5n));
    const imports = build.join(0xf3, build.string('j'.repeat(40)), 1, 0, build.length(16_383));
    const valkey = build.snapshot(
      build.join(imports, build.entry(22, 'k', fields), build.entry(0, 'l', build.string('v'))),
      'VALKEY080',
    );
    expect(decodeAllWays(valkey).keys.length).toBe(2);
    for (let round = 0; round < 1000 * times; round++) {
      const copy = damaged(valkey, 1 + pick(4));
      expect(OUTCOMES).toContain(outcome(copy, randomSizes(round, 400)));
    }
  });

  test('no hint of how much follows is believed, nor what a string claims to become', () => {
    const most = build.length(2n ** 53n - 1n);
    const hints = build.join(
      0xfb,
      most,
      most,
      0xf4,
      most,
      most,
      most,
      build.entry(0, 'k', build.string('v')),
    );
    expect(decodeAllWays(build.snapshot(hints)).keys.length).toBe(1);
    const claim = (length: bigint): Buffer => build.join(0xc3, 3, build.length(length), 'abc');
    for (const length of [265n, 2n ** 31n, 2n ** 53n - 1n]) {
      const string = build.join(build.string('k'), claim(length));
      const inList = build.join(build.string('k'), 2, build.string('a'), claim(length));
      for (const entry of [
        build.join(0, string),
        build.join(1, inList),
        build.join(0, claim(length), 1, 'v'),
      ]) {
        const snapshot = build.snapshot(entry);
        expect(outcome(snapshot, whole(snapshot))).toBe('RDB_BROKEN');
      }
    }
  });

  test('random bytes behind a good magic', () => {
    for (let round = 0; round < 1000 * times; round++) {
      const bytes = Buffer.from(
        Array.from({ length: pick(400) }, () => (pick(3) === 0 ? pick(26) : pick(256))),
      );
      const snapshot = build.join('REDIS0011', bytes);
      expect(OUTCOMES).toContain(outcome(snapshot, whole(snapshot)));
    }
  });
}
