import { describe, expect, it } from 'vitest';
import { DatabaseChoice } from '../../../../electron/engine/commands/database-choice.ts';
import type {
  StreamApplier,
  StreamApplierOptions,
} from '../../../../electron/engine/pipeline/stream-applier.ts';
import { command } from '../../../../electron/engine/protocol/resp/encode.ts';
import { SlotSet } from '../../../../electron/engine/router/slot-set.ts';
import type { BatchWriter } from '../../../../electron/engine/writer/batch-writer.ts';
import { abilities, Sink } from '../../../support/target/sink.ts';
import { startApplier } from '../../../support/target/stream-applier.ts';

interface Bench {
  readonly applier: StreamApplier;
  /** What the target was sent so far. */
  sent(): string[];
  /** `[offset]` for each `parts`. */
  readonly parts: number[];
}

/** A part of all slots, so that only flushes are told apart. */
function start(stream: string, some: Partial<StreamApplierOptions> = {}): Bench {
  const sink = new Sink();
  const parts: number[] = [];
  const nothing = (): void => undefined;
  const places = {
    ...{ run: nothing, command: nothing, transaction: nothing },
    parts: (offset: number) => parts.push(offset),
  };
  const batch = { places, prepare: nothing, wrote: nothing } as unknown as BatchWriter;
  const slots = SlotSet.parse('0-16383');
  const { spool, applier } = startApplier({ batch, output: sink.output }, { slots, ...some });
  for (const line of stream.split('\n')) {
    const bytes = command(...line.trim().split(' '));
    spool.append(bytes, 0, bytes.length);
  }
  return { applier, parts, sent: () => sink.commands().map((words) => words.join(' ')) };
}

const run = (applier: StreamApplier): void => {
  while (applier.step(100));
};

describe('in front of a flush a part', () => {
  it('stands until the keys of its slots are removed, with everything before it applied', () => {
    const { applier, sent } = start('SET a 1\nFLUSHALL ASYNC\nSET b 2');
    run(applier);
    expect(sent()).toEqual(['SET a 1']);
    expect(applier.flushWanted).toBe('all');
    expect(applier.step(100)).toBe(false);
    applier.passFlush();
    run(applier);
    expect(applier.flushWanted).toBeUndefined();
    expect(sent()).toEqual(['SET a 1', 'SET b 2']);
    expect(applier.commandsRead).toBe(3);
  });

  it('stands for each of two that follow one another', () => {
    const { applier, sent } = start('FLUSHDB\nFLUSHALL\nSET b 2');
    for (const wanted of [[0], 'all']) {
      run(applier);
      expect(applier.flushWanted).toEqual(wanted);
      applier.passFlush();
    }
    run(applier);
    expect(sent()).toEqual(['SET b 2']);
  });

  it('may be cut off within a transaction, and nowhere else in it', () => {
    const { applier, sent } = start('MULTI\nSET a 1\nFLUSHALL\nSET b 2\nSET c 3\nEXEC');
    run(applier);
    expect(sent()).toEqual(['SET a 1']);
    expect(applier.atBoundary).toBe(true);
    applier.passFlush();
    expect(applier.atBoundary).toBe(false);
    applier.step(2);
    expect(applier.atBoundary).toBe(false);
    run(applier);
    expect(applier.atBoundary).toBe(true);
    expect(sent()).toEqual(['SET a 1', 'SET b 2', 'SET c 3']);
  });

  it('goes on from there in the middle of a transaction', () => {
    const { applier, sent } = start('SET b 2\nEXEC\nSET c 3');
    run(applier);
    expect(sent()).toEqual(['SET b 2', 'SET c 3']);
    expect(applier.atBoundary).toBe(true);
  });

  it('has nothing to do for a database that is not taken', () => {
    const databases = new DatabaseChoice([0]);
    const { applier, sent } = start('SELECT 3\nFLUSHDB\nSELECT 0\nSET a 1\nSELECT 5\nFLUSHALL', {
      databases,
    });
    run(applier);
    expect(sent()).toEqual(['SET a 1']);
    expect(applier.flushWanted).toEqual([0]);
  });

  it('stops without consent, where the target had keys of its own', () => {
    for (const name of ['FLUSHALL', 'FLUSHDB']) {
      const { applier } = start(name, { flushAllowed: false });
      expect(() => applier.step(100)).toThrow(expect.objectContaining({ code: 'FLUSH_NEEDS_CONSENT' }));
    }
  });

  it('removes keys as of where it stands', () => {
    const { applier, sent, parts } = start('SET a 1\nFLUSHALL');
    run(applier);
    applier.removeKeys(0, [Buffer.from('x'), Buffer.from('y')]);
    expect(sent()).toEqual(['SET a 1', 'UNLINK x y']);
    expect(parts).toEqual([command('SET', 'a', '1').length]);
  });

  it('removes them as the target knows it', () => {
    const { applier, sent } = start('FLUSHALL', { abilities: abilities('3.2.0') });
    run(applier);
    applier.removeKeys(0, [Buffer.from('x')]);
    expect(sent()).toEqual(['DEL x']);
  });
});

it('without parts a flush goes out as it is, wherever it stands', () => {
  const { applier, sent } = start('MULTI\nSET a 1\nFLUSHDB\nSET b 2\nEXEC', { slots: undefined });
  run(applier);
  applier.giveOwnKeys(new Map());
  run(applier);
  expect(sent()).toEqual(['SET a 1', 'FLUSHDB', 'SET b 2']);
  expect(applier.flushWanted).toBeUndefined();
});
