import { expect, it } from 'vitest';
import { halfSipHash, KeyHash } from '../../../../../electron/engine/writer/sweep/key-hash.ts';

const K0 = 0x03020100;
const K1 = 0x07060504;

function vector(bytes: number): string {
  const input = Buffer.from(Array.from({ length: bytes + 2 }, (_, i) => (i === 0 ? 0xaa : i - 1)));
  const out = new Uint32Array(2);
  halfSipHash(K0, K1, input, 1, bytes + 1, out, 0);
  const text = Buffer.alloc(8);
  text.writeUInt32LE(out[0]!, 0);
  text.writeUInt32LE(out[1]!, 4);
  return text.toString('hex');
}

const of = (hash: KeyHash, db: number, text: string): string => {
  const buf = Buffer.from(text, 'latin1');
  hash.hash(db, buf, 0, buf.length);
  return [...hash.words].join(' ');
};

it('gives the vectors of the reference implementation', () => {
  expect([0, 1].map(vector)).toEqual(['218d1f59b9b83cc8', 'be552412f8387315']);
});

it('tells names, their ends, databases and processes apart', () => {
  const hash = new KeyHash();
  const seen = new Set<string>();
  for (const db of [0, 1, 3])
    for (const name of ['', 'a', 'b', 'ab', 'abc', 'abcd', 'abcde', 'abcd\0', '\0', '\0\0'])
      seen.add(of(hash, db, name));
  expect(seen.size).toBe(30);
  expect(of(hash, 3, 'abc')).toBe(of(hash, 3, 'abc'));
  expect(seen.has(of(new KeyHash(), 0, 'a'))).toBe(false);
});
