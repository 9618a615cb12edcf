import { expect, test } from 'vitest';
import { type DecoderState, RdbDecoder } from '../../../../../electron/engine/protocol/rdb/decoder.ts';
import { RDB_TYPE } from '../../../../../electron/engine/protocol/rdb/types.ts';
import * as build from '../../../../support/rdb/builder.ts';
import { randomOf, testArena } from '../../../../support/rdb/portions.ts';
import { RdbRecorder } from '../../../../support/rdb/recorder.ts';

const big = (seed: number): Buffer => Buffer.alloc(300_000, `part ${seed} `);

const SNAPSHOT = build.snapshot(
  build.join(
    ...[0xfa, build.string('redis-ver'), build.string('7'), 0xfe, 0],
    ...Array.from({ length: 40 }, (_, i) =>
      build.entry(RDB_TYPE.STRING, `a${i}`, build.string('v'.repeat(i))),
    ),
    build.entry(
      RDB_TYPE.LIST,
      'large',
      build.join(3, build.string(big(1)), build.lzfString(big(2)), build.string('end')),
    ),
    ...[0xfe, 5, 0xfc, build.i64le(99n), build.entry(RDB_TYPE.STRING, 'b', build.string('v'))],
    build.entry(RDB_TYPE.STRING, 'c', build.string(big(3))),
  ),
);

/** Names of the keys in the order in which they were told, with their databases. */
const told = (recorder: RdbRecorder): string[] => recorder.keys.map(({ db, key }) => `${db}:${key}`);

test('decoding again from any boundary tells the same again, and the checksum still holds', () => {
  const expected = new RdbRecorder();
  new RdbDecoder(expected, testArena()).decode(SNAPSHOT, 0, SNAPSHOT.length);
  const all = told(expected);
  for (let seed = 0; seed < 30; seed++) {
    const random = randomOf(seed);
    let recorder = new RdbRecorder();
    // The recorder is exchanged on each rewind, so its events go through a stable object.
    const decoder = new RdbDecoder(
      new Proxy({} as RdbRecorder, { get: (_, name) => bound(recorder, name) }),
      testArena(),
    );
    const states: DecoderState[] = [decoder.state()];
    let rewinds = 0;
    let arrived = 0;
    while (!decoder.finished) {
      const from = decoder.bytesConsumed;
      arrived = Math.min(SNAPSHOT.length, Math.max(from, arrived) + 1 + Math.floor(random() * 150_000));
      decoder.decode(Buffer.from(SNAPSHOT.subarray(from, arrived)), 0, arrived - from);
      states.push(decoder.state());
      if (random() < 0.3 && rewinds < 20) {
        const state = states[Math.floor(random() * states.length)]!;
        decoder.restore(state);
        expect([decoder.bytesConsumed, decoder.keysDecoded]).toEqual([state.offset, state.keysDecoded]);
        const db = state.db;
        recorder = new RdbRecorder();
        recorder.selectDb(db);
        states.splice(states.indexOf(state) + 1);
        arrived = state.offset;
        rewinds++;
      }
    }
    expect(all.join(' ').endsWith(told(recorder).join(' '))).toBe(true);
    expect(decoder.keysDecoded).toBe(all.length);
    expect(decoder.bytesConsumed).toBe(SNAPSHOT.length);
  }
});

function bound(recorder: RdbRecorder, name: string | symbol): unknown {
  const member: unknown = Reflect.get(recorder, name);
  return typeof member === 'function' ? member.bind(recorder) : member;
}

test('after an event has thrown, the entry it was about can be decoded again', () => {
  class Refusing extends RdbRecorder {
    refused = false;
    override value(...args: Parameters<RdbRecorder['value']>): void {
      if (args[1].toString('latin1', args[2], args[3]) === 'a7' && !this.refused) {
        this.refused = true;
        throw new Error('no room');
      }
      super.value(...args);
    }
  }
  const recorder = new Refusing();
  const decoder = new RdbDecoder(recorder, testArena());
  expect(() => decoder.decode(SNAPSHOT, 0, SNAPSHOT.length)).toThrow('no room');
  const state = decoder.state();
  expect(state.keysDecoded).toBe(7);
  decoder.restore(state);
  expect(decoder.decode(SNAPSHOT, state.offset, SNAPSHOT.length)).toBe(SNAPSHOT.length);
  expect(decoder.finished).toBe(true);
  expect(recorder.keys.length).toBe(43);
});

test('a state ahead of what was consumed is refused', () => {
  const decoder = new RdbDecoder(new RdbRecorder(), testArena());
  expect(() => decoder.restore({ ...decoder.state(), offset: 100 })).toThrow(
    expect.objectContaining({ code: 'INTERNAL' }),
  );
});
