import { expect, test } from 'vitest';
import { RDB_TYPE, type RdbType } from '../../../../../electron/engine/protocol/rdb/types.ts';
import * as build from '../../../../support/rdb/builder.ts';
import { decodeInPortions, randomSizes, whole } from '../../../../support/rdb/portions.ts';
import { RdbRecorder } from '../../../../support/rdb/recorder.ts';
import { streamBody } from '../../../../support/rdb/stream-body.ts';

/** Asks for streams whole, up to a bound, and keeps their bodies. */
class WholeStreams extends RdbRecorder {
  readonly bodies: Buffer[] = [];
  readonly #bound: number;

  constructor(bound: number) {
    super();
    this.#bound = bound;
  }

  wholeUpTo(type: RdbType): number {
    return type === RDB_TYPE.STREAM_LISTPACKS_3 ? this.#bound : 0;
  }

  override value(...args: Parameters<RdbRecorder['value']>): void {
    const [type, , , , buf, from, to] = args;
    if (type === RDB_TYPE.STREAM_LISTPACKS_3) this.bodies.push(Buffer.from(buf.subarray(from, to)));
    else super.value(...args);
  }
}

/** Several nodes larger than a window among them. */
const BODIES = [
  streamBody(RDB_TYPE.STREAM_LISTPACKS_3, 40_000),
  streamBody(RDB_TYPE.STREAM_LISTPACKS_3, 4, 400_000),
];

test.each([0, 1])('a large stream comes whole up to the bound that was asked for (%d)', (index) => {
  const body = BODIES[index]!;
  const snapshot = build.snapshot(
    build.join(
      build.entry(RDB_TYPE.STREAM_LISTPACKS_3, 'stream', body),
      build.entry(RDB_TYPE.STRING, 'after', build.string('v')),
    ),
  );
  for (const sizes of [whole(snapshot), randomSizes(1, 400_000), randomSizes(2, 50_000)]) {
    const recorded = new WholeStreams(body.length);
    expect(decodeInPortions(snapshot, recorded, sizes).keysDecoded).toBe(2);
    expect(recorded.bodies.map((found) => found.equals(body))).toEqual([true]);
    expect(recorded.keys.map(({ key }) => key)).toEqual(['after']);
  }
});

test.each([0, 1])('a larger one is told by its elements, as if nobody had asked (%d)', (index) => {
  const body = BODIES[index]!;
  const snapshot = build.snapshot(build.entry(RDB_TYPE.STREAM_LISTPACKS_3, 'stream', body));
  const expected = new RdbRecorder();
  decodeInPortions(snapshot, expected, whole(snapshot));
  for (const bound of [1, 300_000, body.length - 1]) {
    const recorded = new WholeStreams(bound);
    expect(decodeInPortions(snapshot, recorded, randomSizes(bound, 300_000)).finished).toBe(true);
    expect(recorded.bodies).toEqual([]);
    expect(recorded.keys).toEqual(expected.keys);
  }
});
