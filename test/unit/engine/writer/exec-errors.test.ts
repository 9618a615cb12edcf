import { beforeEach, describe, expect, it } from 'vitest';
import { at, BatchBench } from '../../../support/target/batch-bench.ts';

let bench: BatchBench;

beforeEach(() => {
  bench = new BatchBench();
});

describe('an error', () => {
  it('of queueing leaves the target as it was, and is told with its command', () => {
    bench.begun();
    bench.target.refuse = (text) =>
      text === 'INCR b' ? "OOM command not allowed when used memory > 'maxmemory'." : undefined;
    bench.write(0, 'INCR', 'a');
    bench.write(0, 'INCR', 'b');
    bench.write(0, 'INCR', 'c');
    bench.batch.commit(at(200));
    bench.target.answer();
    expect(bench.target.ran).not.toContain('INCR a');
    expect(bench.codes()).toEqual(['TARGET_OUT_OF_MEMORY']);
    expect(bench.errors[0]).toMatchObject({
      damage: 'none',
      error: { message: expect.stringContaining('INCR b: ') },
    });
    expect(bench.committed).toEqual([]);
  });

  it('of running leaves a batch that stands unverified, and is told with its command', () => {
    bench.begun();
    bench.target.fail = (text) => (text === 'INCR b' ? 'WRONGTYPE Operation against a key' : undefined);
    for (const key of ['a', 'b', 'c']) bench.write(0, 'INCR', key);
    bench.target.connection.output.flush();
    // They are queued long before EXEC comes.
    bench.target.answer();
    bench.batch.commit(at(200));
    bench.target.answer();
    expect(bench.codes()).toEqual(['TARGET_REJECTED']);
    expect(bench.errors[0]).toMatchObject({
      damage: 'unverified',
      error: { message: expect.stringContaining('INCR b: ') },
    });
    expect(bench.committed).toEqual([]);
    expect(bench.batch.ready).toBe(false);
  });

  it('of running is told with its command in a batch of many buffers', () => {
    bench.begun();
    bench.target.fail = (text) => (text.startsWith('SET bad ') ? 'WRONGTYPE no' : undefined);
    for (let i = 0; i < 30; i++) {
      bench.write(0, 'SET', i === 3 ? 'bad' : `good ${i}`, 'x'.repeat(30_000));
      bench.target.connection.output.flush();
      bench.target.answer();
    }
    bench.batch.commit(at(200));
    bench.target.answer();
    expect(bench.errors[0]).toMatchObject({
      damage: 'unverified',
      error: { message: expect.stringContaining('SET bad: ') },
    });
  });

  it('is told once, and nothing is answered to after it', () => {
    bench.begun();
    bench.target.fail = (text) => (text.startsWith('INCR') ? 'WRONGTYPE no' : undefined);
    bench.write(0, 'INCR', 'a');
    bench.write(0, 'INCR', 'b');
    bench.batch.commit(at(200));
    bench.write(0, 'INCR', 'c');
    bench.target.connection.output.flush();
    bench.target.answer();
    expect(bench.codes()).toEqual(['TARGET_REJECTED']);
    expect(bench.errors[0]!.error.message).toContain('INCR a');
  });
});

describe('MULTI that is refused', () => {
  const busy = 'BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.';

  it('heals when everything behind it was refused as well', () => {
    bench.begun();
    bench.target.refuse = (text) => (/^(WATCH|HMGET)/.test(text) ? undefined : busy);
    bench.write(0, 'INCR', 'a');
    bench.batch.commit(at(200));
    bench.target.answer();
    expect(bench.codes()).toEqual(['TARGET_BUSY']);
    expect(bench.errors[0]!.damage).toBe('none');
  });

  it('is a fault when a command behind it was run, outside of any transaction', () => {
    bench.begun();
    bench.target.refuse = (text) => (text === 'MULTI' ? busy : undefined);
    bench.write(0, 'INCR', 'a');
    bench.batch.commit(at(200));
    bench.target.answer();
    expect(bench.target.ran).toContain('INCR a');
    expect(bench.codes()).toEqual(['TARGET_REJECTED']);
    expect(bench.errors[0]).toMatchObject({
      damage: 'unknown',
      error: { message: expect.stringContaining('MULTI: ') },
    });
    expect(bench.committed).toEqual([]);
  });
});
