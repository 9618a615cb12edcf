import { checkpointFields, type Checkpoint } from '../../../electron/engine/checkpoint/checkpoint.ts';
import { command } from '../../../electron/engine/protocol/resp/encode.ts';
import type { Judgement } from '../../../electron/engine/writer/batch-judge.ts';
import type { Damage } from '../../../electron/engine/writer/batch-writer.ts';
import { ExecWriter } from '../../../electron/engine/writer/exec-writer.ts';
import type { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { checkpointWith } from './checkpoints.ts';
import { FakeTarget } from './fake-target.ts';

/** Where the batches of a BatchBench begin. */
export const FIRST: Checkpoint = checkpointWith();

export const at = (offset: number): Checkpoint => checkpointWith({ offset });

/** A writer of batches for the task `t` in front of a fake target that holds its checkpoint. */
export class BatchBench {
  readonly target = new FakeTarget(() => this.batch);
  /** The offsets that were told to be committed. */
  readonly committed: number[] = [];
  readonly errors: { readonly error: LockstepError; readonly damage: Damage }[] = [];
  /** The checkpoint that was told last. */
  last: Checkpoint | undefined;
  readonly batch: ExecWriter;

  constructor(judgement: Judgement = { errors: false, time: false }) {
    this.batch = new ExecWriter(
      {
        task: 't',
        connection: this.target.connection,
        judgement,
        onCommitted: (checkpoint) => {
          this.last = checkpoint;
          this.committed.push(checkpoint.offset);
        },
        onError: (error, damage) => this.errors.push({ error, damage }),
      },
      FIRST,
    );
    const fields = checkpointFields(FIRST);
    for (let i = 0; i < fields.length; i += 2) this.target.hash.set(fields[i]!, fields[i + 1]!);
  }

  codes(): string[] {
    return this.errors.map(({ error }) => error.code);
  }

  /** Writes a command into the open batch, as the applier does. */
  write(db: number, ...words: readonly string[]): void {
    this.batch.prepare(db);
    const { output } = this.target.connection;
    const bytes = command(...words);
    output.reserve(bytes.length);
    output.begin();
    output.copy(bytes, 0, bytes.length);
    this.batch.wrote(bytes.length);
  }

  /** Brings the writer to where it knows its checkpoint. */
  begun(): void {
    this.batch.start();
    this.target.answer();
    this.target.commands.length = 0;
    this.target.ran.length = 0;
  }
}
