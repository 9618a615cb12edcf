import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SegmentStore, type StoredPiece } from '../../../../electron/engine/log/segment-store.ts';
import { MARK_FILE, SpoolFolder } from '../../../../electron/engine/log/spool-folder.ts';
import { HeldDisk } from '../../../support/spool/held-disk.ts';

let parent: string;
let folder: SpoolFolder;
let disk: HeldDisk;

beforeEach(() => {
  parent = fs.mkdtempSync(path.join(os.tmpdir(), 'lockstep-segments-test-'));
  disk = new HeldDisk();
});

afterEach(() => {
  disk.remove();
  fs.rmSync(parent, { recursive: true, force: true });
});

function storeOf(quotaBytes: number): SegmentStore {
  folder = new SpoolFolder(path.join(parent, 'a'), quotaBytes);
  return new SegmentStore(folder, 1024 * 1024);
}

const files = (): string[] => fs.readdirSync(folder.path).filter((name) => name !== MARK_FILE);

const text = (length: number, fill: string): Buffer => Buffer.alloc(length, fill);

function store(segments: SegmentStore, buf: Buffer): StoredPiece {
  let stored: StoredPiece | null = null;
  segments.write(buf, 0, buf.length, (error, piece) => {
    if (error) throw error;
    stored = piece;
  });
  disk.drain();
  if (!stored) throw new Error('not stored');
  return stored;
}

function load(segments: SegmentStore, piece: StoredPiece): string {
  const buf = Buffer.alloc(piece.length + 2, '.');
  segments.read(piece, buf, 1, (error) => {
    if (error) throw error;
  });
  disk.drain();
  return buf.toString();
}

it('gives back what it stored, although the disk moves a few bytes at a time', () => {
  const segments = storeOf(1600);
  disk.mostBytes = 7;
  const pieces = ['a', 'b', 'c'].map((letter) => store(segments, text(30, letter)));
  expect(pieces.map((piece) => load(segments, piece))).toEqual(
    ['a', 'b', 'c'].map((letter) => `.${letter.repeat(30)}.`),
  );
  expect(segments.storedBytes).toBe(90);
});

it('begins a segment when one is a sixteenth of the quota, and deletes each with its last piece', () => {
  const segments = storeOf(1600);
  const pieces = [40, 40, 40, 100, 300].map((length) => store(segments, text(length, 'x')));
  expect(files()).toEqual(['1', '2', '3', '4'].map((n) => `0000000${n}.segment`));
  segments.remove(pieces[1]!);
  expect(files()).toHaveLength(4);
  segments.remove(pieces[0]!);
  expect(files()).not.toContain('00000001.segment');
  expect(load(segments, pieces[2]!)).toBe(`.${'x'.repeat(40)}.`);
  for (const piece of pieces.slice(2)) segments.remove(piece);
  expect(files()).toEqual([]);
  expect(segments.storedBytes).toBe(0);
  expect(load(segments, store(segments, text(5, 'y')))).toBe('.yyyyy.');
});

it('counts whole files against the quota, since that is what stands on disk', () => {
  const segments = storeOf(1600);
  const pieces = Array.from({ length: 32 }, () => store(segments, text(50, 'x')));
  expect(segments.hasRoom(1)).toBe(false);
  for (const piece of pieces.filter((_, i) => i % 2 === 0)) segments.remove(piece);
  expect(segments.storedBytes).toBe(800);
  expect(segments.hasRoom(1)).toBe(false);
  segments.remove(pieces[1]!);
  expect([segments.hasRoom(100), segments.hasRoom(101)]).toEqual([true, false]);
  expect(segments.full()).toMatchObject({ code: 'SPOOL_FULL' });
  expect(segments.full().message).toContain('1500 bytes of 1600');
});

it('keeps the number of open files small when the quota is large', () => {
  const segments = storeOf(512 * 80 * 1024 * 1024);
  for (let i = 0; i < 3; i++) store(segments, Buffer.alloc(26 * 1024 * 1024));
  expect(files()).toHaveLength(1);
});

it('forgets a piece that could not be written, and its file with it', () => {
  const segments = storeOf(1600);
  const errors: unknown[] = [];
  segments.write(text(10, 'x'), 0, 10, (error) => errors.push(error));
  disk.step(0, new Error('EIO: i/o error'));
  expect(errors).toEqual([expect.objectContaining({ code: 'SPOOL_DISK' })]);
  expect(segments.storedBytes).toBe(0);
  expect(files()).toEqual([]);
});

it('reports a disk that takes no bytes instead of trying for ever', () => {
  const segments = storeOf(1600);
  disk.mostBytes = 0;
  const errors: unknown[] = [];
  segments.write(text(10, 'x'), 0, 10, (error) => errors.push(error));
  disk.step();
  expect(errors).toEqual([expect.objectContaining({ code: 'SPOOL_DISK' })]);
});

it('stores nothing that could be read there, and gives back nothing that was not stored', () => {
  const segments = storeOf(16_000);
  const pieces = ['secret one', 'secret two'].map((words) => store(segments, text(300, words)));
  const [file] = files().map((name) => path.join(folder.path, name));
  const stored = fs.readFileSync(file!);
  expect(stored.includes('secret')).toBe(false);

  const swapped = Buffer.concat([stored.subarray(300), stored.subarray(0, 300)]);
  const changed = Buffer.from(stored);
  changed[299]! ^= 1;
  for (const bytes of [swapped, changed, Buffer.alloc(600)]) {
    fs.writeFileSync(file!, bytes);
    expect(() => load(segments, pieces[0]!)).toThrow(expect.objectContaining({ code: 'SPOOL_DAMAGED' }));
  }
  fs.truncateSync(file!, 299);
  expect(() => load(segments, pieces[0]!)).toThrow(expect.objectContaining({ code: 'SPOOL_DAMAGED' }));
  fs.writeFileSync(file!, stored);
  expect(pieces.map((piece) => load(segments, piece).slice(1, 11))).toEqual(['secret one', 'secret two']);
});

it('seals with a key of its own, so that no other store can read its files', () => {
  const [one, other] = [storeOf(1600), storeOf(1600)];
  const piece = store(one, text(50, 'x'));
  const copy = { ...piece, segment: store(other, text(50, 'x')).segment };
  expect(() => load(other, copy)).toThrow(expect.objectContaining({ code: 'SPOOL_DAMAGED' }));
});

it('removes everything when it is closed, and its folder with it', () => {
  const segments = storeOf(1600);
  for (let i = 0; i < 5; i++) store(segments, text(90, 'x'));
  segments.close();
  expect(files()).toEqual([]);
  folder.close();
  expect(fs.existsSync(folder.path)).toBe(false);
  segments.close();
  folder.close();
});
