import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { createArena } from '../../../../electron/engine/arena/arena.ts';
import { checkpointWith } from '../../../support/target/checkpoints.ts';
import {
  OUTPUT_BYTES,
  type CommandOutput,
} from '../../../../electron/engine/protocol/resp/command-output.ts';
import { command } from '../../../../electron/engine/protocol/resp/encode.ts';
import { CommandTable } from '../../../../electron/engine/commands/command-table.ts';
import { DatabaseChoice } from '../../../../electron/engine/commands/database-choice.ts';
import { allocateChunks, CHUNK_BYTES } from '../../../../electron/engine/log/chunk.ts';
import { Spool } from '../../../../electron/engine/log/spool.ts';
import { SpoolFolder } from '../../../../electron/engine/log/spool-folder.ts';
import { ExecWriter } from '../../../../electron/engine/writer/exec-writer.ts';
import { exactly } from '../../../../electron/engine/expiry/late-expiry.ts';
import { StreamClock } from '../../../../electron/engine/expiry/stream-clock.ts';
import { StreamApplier } from '../../../../electron/engine/pipeline/stream-applier.ts';
import { abilitiesOf } from '../../../../electron/engine/control/target-abilities.ts';
import { FakeTarget } from '../../../support/target/fake-target.ts';
import { systemWorld } from '../../../../electron/engine/world/system-world.ts';

const CHUNKS = 12;
const CHECKPOINT = checkpointWith({ offset: 0 });

/** An applier of a stream that is in memory, for a target that answers. */
function startApplier(): { spool: Spool; output: CommandOutput; applier: StreamApplier } {
  const arena = createArena(2 * CHUNKS * CHUNK_BYTES);
  const spool = new Spool({
    arena,
    chunks: allocateChunks(arena, CHUNKS),
    folder: new SpoolFolder(tmpdir(), 0),
    onWritable: () => undefined,
    onError: (error) => {
      throw error;
    },
  });
  const abilities = abilitiesOf('7.2.0', undefined, 16, false);
  const target: FakeTarget = new FakeTarget(() => batch);
  const { output } = target.connection;
  const batch: ExecWriter = new ExecWriter(
    {
      task: 't',
      connection: target.connection,
      judgement: { errors: false, time: false },
      onCommitted: () => undefined,
      onError: (error) => {
        throw error;
      },
    },
    CHECKPOINT,
  );
  const applier = new StreamApplier(
    {
      time: systemWorld.clock,
      task: 't',
      databases: new DatabaseChoice(undefined),
      flushAllowed: true,
      flushConsented: true,
      functionsKnown: true,
      abilities,
      payloadsFit: true,
      leftOut: undefined,
      keptLibraries: [],
      arena,
      targetDatabases: 16,
      targetVersion: abilities.version,
      sourceVersion: abilities.version,
      scriptTexts: new Map(),
      cursor: spool.open(0, () => undefined),
      table: new CommandTable([], abilities.version),
      rewrite: { lateness: exactly(), abilities },
      clock: new StreamClock(),
      offsetAt: (position) => position,
      guard: undefined,
      onGetAck: () => undefined,
    },
    batch,
    output,
    CHECKPOINT,
  );
  return { spool, output, applier };
}

it('counts what a rewritten command takes, also where its output goes on in another buffer', () => {
  const { spool, output, applier } = startApplier();
  const written = command('SET', 'key', 'v'.repeat(1000), 'PXAT', String(Date.now() + 60_000));
  const count = Math.ceil((2.5 * OUTPUT_BYTES) / written.length);
  for (let i = 0; i < count; i++) {
    spool.append(written, 0, written.length);
    const before = output.bytes;
    const applied = applier.bytesApplied;
    expect(applier.step(1)).toBe(true);
    expect(applier.bytesApplied - applied).toBe(output.bytes - before);
  }
  expect(output.bytes).toBeGreaterThan(2 * OUTPUT_BYTES);
  expect(applier.commandsRead).toBe(count);
});

it('counts writes as read, and not what stands around them or keeps the link alive', () => {
  const { spool, applier } = startApplier();
  const stream = [
    command('SELECT', '3'),
    command('MULTI'),
    command('SET', 'key', 'v'),
    command('EXPIREAT', 'key', '4000000000'),
    command('EXEC'),
    command('PING'),
  ];
  for (const bytes of stream) spool.append(bytes, 0, bytes.length);
  while (applier.step(100));
  expect(applier.commandsRead).toBe(2);
  expect(applier.commandsApplied).toBe(2);
});

describe('what cannot be a command of a source', () => {
  it.each([
    [['SET', 'k']],
    [['PEXPIREAT', 'k']],
    [['SETEX', 'k', '100']],
    [['MSET', 'k', '1', 'without']],
    [['HSET', 'k', 'field']],
    [['RENAME', 'k']],
    [['GETSET', 'k']],
    [['INCR', 'k', '1']],
    [['SELECT']],
    [['SELECT', 'abc']],
    [['SELECT', '-1']],
    [['SELECT', '1.5']],
    [['SELECT', '']],
    [['MOVE', 'k', 'abc']],
    [['COPY', 'k', 'l', 'DB', '-1']],
  ])('%j ends the task, and takes nothing from the command before', (words) => {
    const { spool, output, applier } = startApplier();
    for (const given of [
      ['SET', 'good:0', 'SECRET', 'PX', '1000'],
      ['SETEX', 'good:1', '10', 'SECRET'],
      words,
    ]) {
      const bytes = command(...given);
      spool.append(bytes, 0, bytes.length);
    }
    applier.step(2);
    const { commands } = output;
    expect(() => applier.step(1)).toThrow(expect.objectContaining({ code: 'SOURCE_PROTOCOL' }));
    expect(output.commands).toBe(commands);
  });
});
