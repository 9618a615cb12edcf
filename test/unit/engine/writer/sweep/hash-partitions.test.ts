import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SegmentStore } from '../../../../../electron/engine/log/segment-store.ts';
import { SpoolFolder } from '../../../../../electron/engine/log/spool-folder.ts';
import { HashPartitions, PARTITIONS } from '../../../../../electron/engine/writer/sweep/hash-partitions.ts';
import { HashSet } from '../../../../../electron/engine/writer/sweep/hash-set.ts';

/** 64 KB of hashes, and a few more. */
const MORE_THAN_A_PIECE = 4100;
/** Two pieces with their tags, and not three. */
const QUOTA_BYTES = 140_000;

let parent: string;
let folder: SpoolFolder;

beforeEach(() => {
  parent = mkdtempSync(path.join(tmpdir(), 'lockstep-names-'));
  folder = new SpoolFolder(parent, QUOTA_BYTES);
});

afterEach(() => rmSync(parent, { recursive: true, force: true }));

const namesFile = (): string =>
  path.join(
    folder.path,
    readdirSync(folder.path).find((name) => name.endsWith('.names'))!,
  );

/** The i-th hash of partition 7. */
const hash = (i: number): Uint32Array => new Uint32Array([7 + 256 * i, i, i * 3, 0xfeedface]);

function all(partitions: HashPartitions, index: number): string[] {
  const found: string[] = [];
  for (const words of partitions.pieces(index))
    for (let at = 0; at < words.length; at += 4) found.push(words.subarray(at, at + 4).join(' '));
  return found;
}

describe('hashes by partition', () => {
  it('stay in memory while they are few', () => {
    const partitions = new HashPartitions(folder);
    for (let i = 0; i < 300; i++) partitions.add(hash(i), 0);
    expect(all(partitions, 7)).toEqual(Array.from({ length: 300 }, (_, i) => hash(i).join(' ')));
    expect(Array.from({ length: PARTITIONS }, (_, i) => partitions.countOf(i)).filter(Boolean)).toEqual([
      300,
    ]);
    expect(existsSync(folder.path)).toBe(false);
  });

  it('go to a file that tells nothing and that is only the owner’s, and are gone with the end', () => {
    const partitions = new HashPartitions(folder);
    for (let i = 0; i < MORE_THAN_A_PIECE; i++) partitions.add(hash(i), 0);
    const file = namesFile();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file).includes(Buffer.from(hash(5).buffer))).toBe(false);
    expect(partitions.countOf(7)).toBe(MORE_THAN_A_PIECE);
    expect(all(partitions, 7)).toEqual(
      Array.from({ length: MORE_THAN_A_PIECE }, (_, i) => hash(i).join(' ')),
    );
    partitions.close();
    expect(folder.hasRoom(QUOTA_BYTES)).toBe(true);
    folder.close();
    expect(existsSync(folder.path)).toBe(false);
  });

  it('are never read wrong: a file that was changed or cut is a fault', () => {
    const partitions = new HashPartitions(folder);
    for (let i = 0; i < MORE_THAN_A_PIECE; i++) partitions.add(hash(i), 0);
    const file = namesFile();
    const bytes = readFileSync(file);
    bytes[100]! ^= 1;
    writeFileSync(file, bytes);
    expect(() => all(partitions, 7)).toThrow(expect.objectContaining({ code: 'SPOOL_DAMAGED' }));
    truncateSync(file, 100);
    expect(() => all(partitions, 7)).toThrow(expect.objectContaining({ code: 'SPOOL_DAMAGED' }));
  });

  it('take what they lie in from the spool’s room, and no more than that', () => {
    const partitions = new HashPartitions(folder);
    const fill = (): void => {
      for (let i = 0; i < 3 * MORE_THAN_A_PIECE; i++) partitions.add(hash(i), 0);
    };
    expect(fill).toThrow(expect.objectContaining({ code: 'SPOOL_FULL' }));
    expect(statSync(namesFile()).size).toBeLessThanOrEqual(QUOTA_BYTES);
  });

  it('share the folder with a spool that is dropped meanwhile', () => {
    const partitions = new HashPartitions(folder);
    for (let i = 0; i < MORE_THAN_A_PIECE; i++) partitions.add(hash(i), 0);
    new SegmentStore(folder, 1024 * 1024).close();
    expect(all(partitions, 7)).toHaveLength(MORE_THAN_A_PIECE);
  });
});

describe('a set of hashes', () => {
  it('knows what was added, each once, while it grows', () => {
    const set = new HashSet();
    for (let i = 0; i < 5000; i++) expect(set.add(hash(i), 0)).toBe(true);
    expect(set.add(hash(17), 0)).toBe(false);
    expect(set.size).toBe(5000);
    expect([0, 4999].every((i) => set.has(hash(i), 0))).toBe(true);
    expect(set.has(hash(5000), 0)).toBe(false);
  });
});
