import { tmpdir } from 'node:os';
import { createArena } from '../../../electron/engine/arena/arena.ts';
import { CommandTable } from '../../../electron/engine/commands/command-table.ts';
import { DatabaseChoice } from '../../../electron/engine/commands/database-choice.ts';
import { abilitiesOf } from '../../../electron/engine/control/target-abilities.ts';
import { exactly } from '../../../electron/engine/expiry/late-expiry.ts';
import { StreamClock } from '../../../electron/engine/expiry/stream-clock.ts';
import { allocateChunks, CHUNK_BYTES } from '../../../electron/engine/log/chunk.ts';
import { SpoolFolder } from '../../../electron/engine/log/spool-folder.ts';
import { Spool } from '../../../electron/engine/log/spool.ts';
import {
  StreamApplier,
  type StreamApplierOptions,
} from '../../../electron/engine/pipeline/stream-applier.ts';
import type { CommandOutput } from '../../../electron/engine/protocol/resp/command-output.ts';
import { systemWorld } from '../../../electron/engine/world/system-world.ts';
import type { BatchWriter } from '../../../electron/engine/writer/batch-writer.ts';
import { ExecWriter } from '../../../electron/engine/writer/exec-writer.ts';
import { checkpointWith } from './checkpoints.ts';
import { FakeTarget } from './fake-target.ts';

const CHUNKS = 12;
const CHECKPOINT = checkpointWith({ offset: 0 });

/** Takes batches as a target that answers does. */
function execWriter(): { batch: BatchWriter; output: CommandOutput } {
  const target: FakeTarget = new FakeTarget(() => batch);
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
  return { batch, output: target.connection.output };
}

/** An applier of a stream that is in memory and begins at offset 0, by default for a target that answers. */
export function startApplier(
  { batch, output } = execWriter(),
  some: Partial<StreamApplierOptions> = {},
): {
  spool: Spool;
  output: CommandOutput;
  applier: StreamApplier;
} {
  const arena = createArena(2 * CHUNKS * CHUNK_BYTES);
  const spool = new Spool({
    arena,
    chunks: allocateChunks(arena, { chunks: CHUNKS, chunkBytes: CHUNK_BYTES }),
    chunkBytes: CHUNK_BYTES,
    folder: new SpoolFolder(tmpdir(), 0),
    onWritable: () => undefined,
    onError: (error) => {
      throw error;
    },
  });
  const abilities = abilitiesOf('7.2.0', undefined, 16, false);
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
      bringsLibraries: true,
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
      slots: undefined,
      ...some,
    },
    batch,
    output,
    CHECKPOINT,
  );
  return { spool, output, applier };
}
