import { expect, it } from 'vitest';
import { soleOutput } from '../../../../../electron/engine/writer/copy/copy-desk.ts';
import { createArena } from '../../../../../electron/engine/arena/arena.ts';
import { DatabaseChoice } from '../../../../../electron/engine/commands/database-choice.ts';
import {
  CopyApplier,
  type CopyApplierOptions,
} from '../../../../../electron/engine/writer/copy/copy-applier.ts';
import { abilities, Sink } from '../../../../support/target/sink.ts';

const applier = (): CopyApplier =>
  new CopyApplier({
    arena: createArena(1024),
    outputs: soleOutput(new Sink().output),
    abilities: abilities(),
    databases: new DatabaseChoice(undefined),
    follows: false,
    keptKeys: undefined,
  } as unknown as CopyApplierOptions);

it('takes the database of the stream from the snapshot', () => {
  const copy = applier();
  copy.aux('repl-stream-db', '3');
  expect(copy.facts.streamDb).toBe(3);
});

it.each(['abc', '-1', '1.5', '', '1e3'])('refuses a snapshot whose repl-stream-db is "%s"', (text) => {
  expect(() => applier().aux('repl-stream-db', text)).toThrow(
    expect.objectContaining({ code: 'SOURCE_PROTOCOL' }),
  );
});
