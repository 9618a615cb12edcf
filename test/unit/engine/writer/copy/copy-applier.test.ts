import { expect, it } from 'vitest';
import { soleOutput } from '../../../../../electron/engine/writer/copy/copy-desk.ts';
import { exactly } from '../../../../../electron/engine/expiry/late-expiry.ts';
import { createArena } from '../../../../../electron/engine/arena/arena.ts';
import { DatabaseChoice } from '../../../../../electron/engine/commands/database-choice.ts';
import { RdbDecoder } from '../../../../../electron/engine/protocol/rdb/decoder.ts';
import { RDB_TYPE } from '../../../../../electron/engine/protocol/rdb/types.ts';
import { OUTPUT_BYTES } from '../../../../../electron/engine/protocol/resp/command-output.ts';
import { CopyApplier } from '../../../../../electron/engine/writer/copy/copy-applier.ts';
import * as build from '../../../../support/rdb/builder.ts';
import { abilities, Sink } from '../../../../support/target/sink.ts';

const KEYS = 40;
const EXPIRED = 3;

const SNAPSHOT = build.snapshot(
  build.join(
    ...[0xfe, 0, 0xfb, build.length(KEYS), build.length(EXPIRED)],
    ...Array.from({ length: KEYS }, (_, i) =>
      build.entry(RDB_TYPE.STRING, `a${i}`, build.string('v'.repeat(50))),
    ),
    ...Array.from({ length: EXPIRED }, (_, i) =>
      build.join(0xfc, build.i64le(1n), build.entry(RDB_TYPE.STRING, `gone${i}`, build.string('v'))),
    ),
  ),
);

it('counts each key once, however often it is decoded again after a broken connection', () => {
  const arena = createArena(3 * OUTPUT_BYTES + 1024);
  const outputs = arena.allocate(3 * OUTPUT_BYTES);
  const applier = new CopyApplier({
    arena,
    outputs: soleOutput(new Sink(arena.mem, outputs).output),
    abilities: abilities(),
    databases: new DatabaseChoice(undefined),
    lateness: exactly(),
    follows: false,
    primaryClock: true,
    beganAtMs: Date.now(),
    buildKey: 'lockstep:build:test',
    keptKeys: undefined,
  });
  const decoder = new RdbDecoder(applier, arena);
  const begin = decoder.state();
  decoder.decode(SNAPSHOT, 0, SNAPSHOT.length / 2);
  const half = decoder.state();
  for (const state of [begin, half, begin]) {
    applier.attach(soleOutput(new Sink(arena.mem, outputs).output), state);
    decoder.restore(state);
    decoder.decode(SNAPSHOT.subarray(state.offset), 0, SNAPSHOT.length - state.offset);
    expect(decoder.finished).toBe(true);
    expect({ ...applier.counts, expected: applier.expectedKeys }).toEqual({
      written: KEYS,
      expired: EXPIRED,
      skipped: 0,
      expected: KEYS,
    });
  }
});
