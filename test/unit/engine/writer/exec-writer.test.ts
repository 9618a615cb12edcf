import { beforeEach, describe, expect, it } from 'vitest';
import { checkpointFields, type Checkpoint } from '../../../../electron/engine/checkpoint/checkpoint.ts';
import { at, BatchBench } from '../../../support/target/batch-bench.ts';

const KEY = 'lockstep:{tasks}:checkpoint:t';
const hmset = (checkpoint: Checkpoint): string => ['HMSET', KEY, ...checkpointFields(checkpoint)].join(' ');

let bench: BatchBench;

beforeEach(() => {
  bench = new BatchBench();
});

describe('a batch', () => {
  it('is ready only when the checkpoint was watched and read', () => {
    bench.batch.start();
    expect(bench.batch.ready).toBe(false);
    bench.target.answer(2);
    expect(bench.batch.ready).toBe(false);
    bench.target.answer(1);
    expect(bench.batch.ready).toBe(true);
    expect(bench.target.commands).toEqual([
      'SELECT 0',
      `WATCH ${KEY}`,
      `HMGET ${KEY} epoch offset replid owner`,
    ]);
  });

  it('is MULTI, the commands, the checkpoint, EXEC, and behind it the checkpoint is watched and read again', () => {
    bench.begun();
    bench.write(0, 'INCR', 'a');
    bench.write(3, 'INCR', 'b');
    bench.write(3, 'INCR', 'c');
    bench.batch.commit(at(200));
    bench.target.answer();
    expect(bench.target.commands).toEqual([
      'MULTI',
      'SELECT 0',
      'INCR a',
      'SELECT 3',
      'INCR b',
      'INCR c',
      'SELECT 0',
      hmset(at(200)),
      'EXEC',
      `WATCH ${KEY}`,
      `HMGET ${KEY} epoch offset replid owner`,
    ]);
    expect(bench.committed).toEqual([200]);
    expect(bench.batch.ready).toBe(true);
    expect(bench.errors).toEqual([]);
  });

  it('may be a checkpoint alone', () => {
    bench.begun();
    bench.batch.commit(at(150));
    bench.target.answer();
    expect(bench.target.ran.slice(0, 2)).toEqual(['SELECT 0', hmset(at(150))]);
    expect(bench.committed).toEqual([150]);
  });

  it('is not ready before the one before was applied and the checkpoint read', () => {
    bench.begun();
    bench.write(0, 'INCR', 'a');
    bench.batch.commit(at(200));
    expect([bench.batch.ready, bench.batch.idle]).toEqual([false, false]);
    // MULTI, SELECT, INCR, HMSET, EXEC
    bench.target.answer(5);
    expect(bench.committed).toEqual([200]);
    expect([bench.batch.ready, bench.batch.idle]).toEqual([false, true]);
    bench.target.answer(1);
    expect(bench.batch.ready).toBe(false);
    bench.target.answer(1);
    expect(bench.batch.ready).toBe(true);
  });

  it('travels while the one before is on its way, and selects its database anew', () => {
    bench.begun();
    bench.write(5, 'INCR', 'a');
    bench.batch.commit(at(200));
    bench.write(5, 'INCR', 'b');
    expect(bench.batch.isOpen).toBe(true);
    bench.target.connection.output.flush();
    bench.target.answer();
    expect(bench.committed).toEqual([200]);
    expect(bench.batch.ready).toBe(true);
    bench.batch.commit(at(300));
    bench.target.answer();
    expect(bench.committed).toEqual([200, 300]);
    expect(bench.target.ran.filter((text) => /INCR|SELECT 5/.test(text))).toEqual([
      'SELECT 5',
      'INCR a',
      'SELECT 5',
      'INCR b',
    ]);
  });

  it('is full after 8192 commands or 1 MB', () => {
    bench.begun();
    for (let i = 0; i < 8190; i++) bench.write(0, 'INCR', 'a');
    expect(bench.batch.full).toBe(false);
    bench.write(0, 'INCR', 'a');
    expect(bench.batch.full).toBe(true);
    bench.batch.commit(at(200));
    expect(bench.batch.full).toBe(false);
    bench.target.answer();
    bench.write(0, 'SET', 'a', 'x'.repeat(1024 * 1024 - 100));
    expect(bench.batch.full).toBe(false);
    bench.write(0, 'SET', 'a', 'x'.repeat(100));
    expect(bench.batch.full).toBe(true);
  });

  it('comes again and again', () => {
    bench.begun();
    for (let offset = 101; offset < 400; offset++) {
      bench.write(offset % 3, 'INCR', 'a');
      bench.batch.commit(at(offset));
      if (offset % 2) bench.target.answer(3);
      bench.target.answer();
    }
    expect(bench.committed).toHaveLength(299);
    expect(bench.target.hash.get('offset')).toBe('399');
    expect(bench.errors).toEqual([]);
  });
});

describe('another owner', () => {
  it('is noticed when the connection begins', () => {
    bench.target.overwrite({ epoch: '8' });
    bench.begun();
    expect(bench.codes()).toEqual(['TARGET_TAKEN_OVER']);
    expect(bench.errors[0]).toMatchObject({
      damage: 'none',
      error: { message: expect.stringContaining('epoch 8') },
    });
    expect(bench.batch.ready).toBe(false);
  });

  it.each([
    ['its epoch', { epoch: '8' }],
    ['its offset', { offset: '101' }],
    ['its replid', { replid: 'f'.repeat(40) }],
    ['its owner', { owner: 'another run' }],
  ])('is noticed behind EXEC by %s', (_, fields) => {
    bench.begun();
    bench.write(0, 'INCR', 'a');
    bench.batch.commit(at(200));
    bench.target.answer(5);
    bench.target.overwrite(fields);
    bench.target.answer();
    expect(bench.committed).toEqual([200]);
    expect(bench.codes()).toEqual(['TARGET_TAKEN_OVER']);
    expect(bench.batch.ready).toBe(false);
  });

  it('makes EXEC apply nothing when it comes after the checkpoint was read', () => {
    bench.begun();
    bench.write(0, 'INCR', 'a');
    bench.target.overwrite({ epoch: '8' });
    bench.batch.commit(at(200));
    bench.target.answer();
    expect(bench.target.ran).not.toContain('INCR a');
    expect(bench.committed).toEqual([]);
    expect(bench.codes()).toEqual(['TARGET_TAKEN_OVER']);
    expect(bench.errors[0]!.damage).toBe('none');
  });

  it('may have removed the checkpoint', () => {
    bench.target.hash.clear();
    bench.begun();
    expect(bench.errors[0]!.error.message).toContain('removed');
  });

  it('keeps this run from writing when the checkpoint cannot be watched', () => {
    bench.target.refuse = (text) =>
      text.startsWith('WATCH') ? "NOPERM no permissions to run the 'watch' command" : undefined;
    bench.begun();
    expect(bench.codes()).toEqual(['TARGET_NO_PERMISSION']);
    expect(bench.batch.ready).toBe(false);
  });

  it('cannot be told from an error of reading, which is named instead', () => {
    bench.target.refuse = (text) =>
      text.startsWith('HMGET') ? 'LOADING Redis is loading the dataset in memory' : undefined;
    bench.begun();
    expect(bench.codes()).toEqual(['TARGET_LOADING']);
  });
});

describe('a target that counts errors', () => {
  beforeEach(() => {
    bench = new BatchBench({ errors: true, time: false });
    bench.begun();
  });

  it('looks at its count first in a transaction and last, in the database of the checkpoint', () => {
    bench.write(5, 'INCR', 'a');
    bench.batch.commit(at(200));
    bench.target.answer();
    const kinds = bench.target.ran
      .map((text) => /^(SELECT \d|INCR|HMSET|EVAL)/.exec(text)?.[0])
      .filter(Boolean);
    expect(kinds).toEqual(['EVAL', 'SELECT 5', 'INCR', 'SELECT 0', 'HMSET', 'EVAL']);
    expect(bench.target.ran.filter((text) => text.startsWith('EVAL'))[1]).toMatch(/ 200 0 0$/);
    expect(bench.committed).toEqual([200]);
  });

  it('is not asked to vouch for a batch that goes with commands left out', () => {
    bench.write(0, 'INCR', 'a');
    bench.batch.commit({ ...at(200), verified: 100 }, false);
    bench.target.answer();
    expect(bench.target.ran.filter((text) => text.startsWith('EVAL'))).toHaveLength(1);
    expect(bench.last).toMatchObject({ offset: 200, verified: 100 });
  });
});

describe('a target that tells its time', () => {
  beforeEach(() => {
    bench = new BatchBench({ errors: false, time: true });
    bench.begun();
  });

  it('judges in the last command of a transaction whether it came before its deadline', () => {
    bench.write(5, 'INCR', 'a');
    bench.batch.commit(at(200), true, 1_700_000_000_000);
    bench.target.answer();
    const kinds = bench.target.ran
      .map((text) => /^(SELECT \d|INCR|HMSET|EVAL)/.exec(text)?.[0])
      .filter(Boolean);
    expect(kinds).toEqual(['SELECT 5', 'INCR', 'SELECT 0', 'HMSET', 'EVAL']);
    expect(bench.target.ran.find((text) => text.startsWith('EVAL'))).toMatch(/ {3}1700000000000$/);
  });

  it('is not asked where no deadline is known', () => {
    bench.write(0, 'INCR', 'a');
    bench.batch.commit(at(200));
    bench.target.answer();
    expect(bench.target.ran.filter((text) => text.startsWith('EVAL'))).toEqual([]);
  });

  it('tells of a batch that came late, which is not vouched for', () => {
    bench.target.fail = (text) => (text.startsWith('EVAL') ? 'LOCKSTEPLATE by 12 ms' : undefined);
    bench.write(0, 'INCR', 'a');
    bench.batch.commit(at(200), true, 1_700_000_000_000);
    bench.target.answer();
    expect(bench.errors).toMatchObject([
      { error: { code: 'EXPIRY_OVERTAKEN', message: 'by 12 ms' }, damage: 'late' },
    ]);
    expect([bench.committed, bench.batch.ready]).toEqual([[], false]);
  });

  it('tells of it too where a command has failed, as RENAME of a key that is gone', () => {
    bench.target.fail = (text) =>
      text.startsWith('EVAL')
        ? 'LOCKSTEPLATE by 12 ms'
        : text.startsWith('RENAME')
          ? 'ERR no such key'
          : undefined;
    bench.write(0, 'RENAME', 'a', 'b');
    bench.batch.commit(at(200), true, 1_700_000_000_000);
    bench.target.answer();
    expect(bench.errors).toMatchObject([{ error: { code: 'EXPIRY_OVERTAKEN' }, damage: 'late' }]);
  });
});

it('knows a batch as verified once it has looked at every reply', () => {
  bench.begun();
  bench.write(0, 'INCR', 'a');
  bench.batch.commit({ ...at(200), verified: 100, db: 3 });
  expect(bench.target.hash.get('verified')).toBe('100');
  bench.target.answer();
  expect(bench.target.hash.get('verified')).toBe('100');
  expect(bench.last).toMatchObject({ offset: 200, verified: 200, verifiedDb: 3 });
});
