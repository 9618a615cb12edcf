import { describe, expect, it } from 'vitest';
import { checkpointKey, keptKeysKey } from '../../../../electron/engine/checkpoint/checkpoint.ts';
import type { OwnKeys } from '../../../../electron/engine/checkpoint/find-own-keys.ts';
import { CommandReader } from '../../../../electron/engine/protocol/resp/command-reader.ts';
import { command } from '../../../../electron/engine/protocol/resp/encode.ts';
import { CommandTable } from '../../../../electron/engine/commands/command-table.ts';
import { DatabaseChoice } from '../../../../electron/engine/commands/database-choice.ts';
import type { BatchWriter } from '../../../../electron/engine/writer/batch-writer.ts';
import {
  DatabaseCommands,
  type DatabaseCommandsOptions,
} from '../../../../electron/engine/pipeline/database-commands.ts';
import { Sink } from '../../../support/target/sink.ts';

const table = new CommandTable([]);

/** What the target is sent for a command in database `db` of the source, each with the database it goes to. */
function sent(
  words: string,
  db: number,
  chosen?: readonly number[],
  more: Partial<DatabaseCommandsOptions> = {},
  ownKeys: OwnKeys = new Map(),
): string[] {
  const sink = new Sink();
  const selected: number[] = [];
  const batch = { prepare: (to: number) => selected.push(to) } as unknown as BatchWriter;
  const commands = new DatabaseCommands(
    {
      task: 't',
      databases: new DatabaseChoice(chosen),
      flushAllowed: true,
      targetDatabases: 16,
      targetVersion: 70401,
      guard: undefined,
      ...more,
    },
    batch,
    sink.output,
  );
  const bytes = command(...words.split(' '));
  const reader = new CommandReader();
  reader.read(bytes, 0, bytes.length);
  commands.apply(table.find(bytes, reader.from[0]!, reader.to[0]!)!.action, bytes, reader, db, ownKeys);
  const written = sink.commands();
  expect(selected).toHaveLength(written.length);
  return written.map((text, i) => `${selected[i]}: ${text.join(' ')}`);
}

const refused = (code: string): unknown => expect.objectContaining({ code });

describe('FLUSHALL', () => {
  it('goes out as it is when all databases are taken', () => {
    expect(sent('FLUSHALL', 3)).toEqual(['3: FLUSHALL']);
    expect(sent('flushall async', 3)).toEqual(['3: FLUSHALL ASYNC']);
  });

  it('empties the chosen databases only', () => {
    expect(sent('FLUSHALL ASYNC', 5, [0, 3])).toEqual(['0: FLUSHDB ASYNC', '3: FLUSHDB ASYNC']);
    expect(sent('FLUSHALL', 5, [0, 20])).toEqual(['0: FLUSHDB']);
  });
});

describe('FLUSHDB', () => {
  it('concerns its database, if it is taken', () => {
    expect(sent('FLUSHDB', 3)).toEqual(['3: FLUSHDB']);
    expect(sent('FLUSHDB SYNC', 3, [3])).toEqual(['3: FLUSHDB SYNC']);
    expect(sent('FLUSHDB', 2, [3])).toEqual([]);
  });

  it('says how only to a target that knows it', () => {
    expect(sent('FLUSHDB SYNC', 0, undefined, { targetVersion: 60000 })).toEqual(['0: FLUSHDB']);
    expect(sent('FLUSHDB ASYNC', 0, undefined, { targetVersion: 60000 })).toEqual(['0: FLUSHDB ASYNC']);
    expect(sent('FLUSHALL ASYNC', 0, undefined, { targetVersion: 32000 })).toEqual(['0: FLUSHALL']);
  });
});

describe('SFLUSH', () => {
  it('has emptied the node that sends it, whatever slots it names', () => {
    expect(sent('SFLUSH 0 8191', 0)).toEqual(['0: FLUSHDB']);
    expect(sent('sflush 0 999 2001 16383 async', 0)).toEqual(['0: FLUSHDB ASYNC']);
    expect(sent('SFLUSH 0 8191 SYNC', 0, undefined, { targetVersion: 60000 })).toEqual(['0: FLUSHDB']);
  });

  it('is named where it needs consent', () => {
    expect(() => sent('SFLUSH 0 8191', 0, undefined, { flushAllowed: false })).toThrow(
      'SFLUSH ran on the source',
    );
  });
});

describe('a flush', () => {
  it.each(['FLUSHALL', 'FLUSHDB', 'SFLUSH 0 1'])(
    'by %s needs consent where the target had keys of its own',
    (name) => {
      expect(() => sent(name, 0, undefined, { flushAllowed: false })).toThrow(refused('FLUSH_NEEDS_CONSENT'));
    },
  );

  it('of a database that is not taken needs none', () => {
    expect(sent('FLUSHDB', 2, [3], { flushAllowed: false })).toEqual([]);
  });
});

describe('SWAPDB', () => {
  it('swaps two databases that are taken, from wherever it came', () => {
    expect(sent('SWAPDB 1 2', 7)).toEqual(['7: SWAPDB 1 2']);
    expect(sent('SWAPDB 1 2', 1, [1, 2])).toEqual(['1: SWAPDB 1 2']);
  });

  it('leaves keys of the tool where they are, but the names that the task keeps go with their keys', () => {
    const names = (...list: string[]): Buffer[] => list.map((name) => Buffer.from(name));
    const own: OwnKeys = new Map([
      [0, names(checkpointKey('t'), keptKeysKey('t'), 'lockstep:{tasks}:kept:other')],
      [2, names('lockstep:{tasks}:kept:other')],
    ]);
    const [swap, back, ...more] = sent('SWAPDB 0 2', 0, undefined, {}, own);
    expect([swap, more]).toEqual(['0: SWAPDB 0 2', []]);
    expect(back).toMatch(/^0: EVAL [^]* 0 0 2 lockstep:{tasks}:checkpoint:t lockstep:{tasks}:kept:other$/);
  });

  it('does nothing between databases that are not taken, nor with one and the same', () => {
    expect(sent('SWAPDB 1 2', 1, [3])).toEqual([]);
    expect(sent('SWAPDB 0 0', 0)).toEqual([]);
  });

  it('cannot be passed on when one of the two is taken', () => {
    expect(() => sent('SWAPDB 1 2', 1, [1])).toThrow(refused('DATABASE_CROSSING'));
    expect(() => sent('SWAPDB 1 2', 1, [2])).toThrow(refused('DATABASE_CROSSING'));
  });

  it('needs both on the target', () => {
    expect(() => sent('SWAPDB 1 16', 1)).toThrow(refused('TARGET_DATABASES'));
  });
});

describe('MOVE', () => {
  it('moves within what is taken, removes what leaves it, and cannot bring in what comes', () => {
    expect(sent('MOVE k 2', 1)).toEqual(['1: MOVE k 2']);
    expect(sent('MOVE k 2', 1, [1])).toEqual(['1: DEL k']);
    expect(() => sent('MOVE k 2', 1, [2])).toThrow(refused('DATABASE_CROSSING'));
    expect(sent('MOVE k 2', 1, [3])).toEqual([]);
    expect(() => sent('MOVE k 99', 1)).toThrow(refused('TARGET_DATABASES'));
    expect(sent('MOVE k 99', 1, [1])).toEqual(['1: DEL k']);
  });
});

describe('COPY', () => {
  it('copies within what is taken, and cannot bring in what comes from elsewhere', () => {
    expect(sent('COPY a b REPLACE', 1)).toEqual(['1: COPY a b REPLACE']);
    expect(sent('COPY a b db 2 REPLACE', 1)).toEqual(['1: COPY a b db 2 REPLACE']);
    expect(sent('COPY a b DB 2', 1, [1])).toEqual([]);
    expect(() => sent('COPY a b DB 2', 1, [2])).toThrow(refused('DATABASE_CROSSING'));
    expect(sent('COPY a b DB 2', 1, [3])).toEqual([]);
    expect(sent('COPY DB DB', 1, [1])).toEqual(['1: COPY DB DB']);
    expect(() => sent('COPY a b DB 99', 1)).toThrow(refused('TARGET_DATABASES'));
  });
});
