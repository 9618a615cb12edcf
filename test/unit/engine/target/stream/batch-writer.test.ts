import { beforeEach, describe, expect, it } from 'vitest';
import { checkpointFields, type Checkpoint } from '../../../../../electron/engine/checkpoint/checkpoint.ts';
import { command } from '../../../../../electron/engine/protocol/resp/encode.ts';
import { BatchWriter } from '../../../../../electron/engine/target/stream/batch-writer.ts';
import type { LockstepError } from '../../../../../shared/errors/lockstep-error.ts';
import { FakeTarget } from '../../../../support/target/fake-target.ts';

const KEY = 'lockstep:checkpoint:t';
const REPLID = '0123456789abcdef0123456789abcdef01234567';

const FIRST: Checkpoint = {
  state: 'streaming',
  replid: REPLID,
  offset: 100,
  db: 0,
  epoch: 7,
  databases: 'all',
  source: 'h:1',
  holdMs: 0,
  kept: false,
  fieldExpiry: false,
  releasedAtMs: 0,
  earliestExpiryMs: 0,
  fault: '',
};
const at = (offset: number): Checkpoint => ({ ...FIRST, offset });
const hmset = (checkpoint: Checkpoint): string => ['HMSET', KEY, ...checkpointFields(checkpoint)].join(' ');

let target: FakeTarget;
let batch: BatchWriter;
let committed: number[];
let errors: { error: LockstepError; fault: boolean }[];

beforeEach(() => {
  committed = [];
  errors = [];
  target = new FakeTarget(() => batch);
  batch = new BatchWriter(
    {
      task: 't',
      connection: target.connection,
      onCommitted: (checkpoint) => committed.push(checkpoint.offset),
      onError: (error, fault) => errors.push({ error, fault }),
    },
    FIRST,
  );
  const fields = checkpointFields(FIRST);
  for (let i = 0; i < fields.length; i += 2) target.hash.set(fields[i]!, fields[i + 1]!);
});

/** Writes a command into the open batch, as the applier does. */
function write(db: number, ...words: readonly string[]): void {
  batch.prepare(db);
  const { output } = target.connection;
  const bytes = command(...words);
  output.reserve(bytes.length);
  output.begin();
  output.copy(bytes, 0, bytes.length);
  batch.wrote(bytes.length);
}

/** The state of a writer that has begun and knows its checkpoint. */
function begun(): void {
  batch.start();
  target.answer();
  target.commands.length = 0;
  target.ran.length = 0;
}

const codes = (): string[] => errors.map(({ error }) => error.code);

describe('a batch', () => {
  it('is ready only when the checkpoint was watched and read', () => {
    batch.start();
    expect(batch.ready).toBe(false);
    target.answer(2);
    expect(batch.ready).toBe(false);
    target.answer(1);
    expect(batch.ready).toBe(true);
    expect(target.commands).toEqual(['SELECT 0', `WATCH ${KEY}`, `HMGET ${KEY} epoch offset replid`]);
  });

  it('is MULTI, the commands, the checkpoint, EXEC, and behind it the checkpoint is watched and read again', () => {
    begun();
    write(0, 'INCR', 'a');
    write(3, 'INCR', 'b');
    write(3, 'INCR', 'c');
    batch.commit(at(200));
    target.answer();
    expect(target.commands).toEqual([
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
      `HMGET ${KEY} epoch offset replid`,
    ]);
    expect(committed).toEqual([200]);
    expect(batch.ready).toBe(true);
    expect(errors).toEqual([]);
  });

  it('may be a checkpoint alone', () => {
    begun();
    batch.commit(at(150));
    target.answer();
    expect(target.ran.slice(0, 2)).toEqual(['SELECT 0', hmset(at(150))]);
    expect(committed).toEqual([150]);
  });

  it('is not ready before the one before was applied and the checkpoint read', () => {
    begun();
    write(0, 'INCR', 'a');
    batch.commit(at(200));
    expect([batch.ready, batch.idle]).toEqual([false, false]);
    // MULTI, SELECT, INCR, HMSET, EXEC
    target.answer(5);
    expect(committed).toEqual([200]);
    expect([batch.ready, batch.idle]).toEqual([false, true]);
    target.answer(1);
    expect(batch.ready).toBe(false);
    target.answer(1);
    expect(batch.ready).toBe(true);
  });

  it('travels while the one before is on its way, and selects its database anew', () => {
    begun();
    write(5, 'INCR', 'a');
    batch.commit(at(200));
    write(5, 'INCR', 'b');
    expect(batch.isOpen).toBe(true);
    target.connection.output.flush();
    target.answer();
    expect(committed).toEqual([200]);
    expect(batch.ready).toBe(true);
    batch.commit(at(300));
    target.answer();
    expect(committed).toEqual([200, 300]);
    expect(target.ran.filter((text) => /INCR|SELECT 5/.test(text))).toEqual([
      'SELECT 5',
      'INCR a',
      'SELECT 5',
      'INCR b',
    ]);
  });

  it('is full after 8192 commands or 1 MB', () => {
    begun();
    for (let i = 0; i < 8190; i++) write(0, 'INCR', 'a');
    expect(batch.full).toBe(false);
    write(0, 'INCR', 'a');
    expect(batch.full).toBe(true);
    batch.commit(at(200));
    expect(batch.full).toBe(false);
    target.answer();
    write(0, 'SET', 'a', 'x'.repeat(1024 * 1024 - 100));
    expect(batch.full).toBe(false);
    write(0, 'SET', 'a', 'x'.repeat(100));
    expect(batch.full).toBe(true);
  });

  it('comes again and again', () => {
    begun();
    for (let offset = 101; offset < 400; offset++) {
      write(offset % 3, 'INCR', 'a');
      batch.commit(at(offset));
      if (offset % 2) target.answer(3);
      target.answer();
    }
    expect(committed).toHaveLength(299);
    expect(target.hash.get('offset')).toBe('399');
    expect(errors).toEqual([]);
  });
});

describe('another owner', () => {
  it('is noticed when the connection begins', () => {
    target.overwrite({ epoch: '8' });
    begun();
    expect(codes()).toEqual(['TARGET_TAKEN_OVER']);
    expect(errors[0]).toMatchObject({ fault: false, error: { message: expect.stringContaining('epoch 8') } });
    expect(batch.ready).toBe(false);
  });

  it.each([
    ['its epoch', { epoch: '8' }],
    ['its offset', { offset: '101' }],
    ['its replid', { replid: 'f'.repeat(40) }],
  ])('is noticed behind EXEC by %s', (_, fields) => {
    begun();
    write(0, 'INCR', 'a');
    batch.commit(at(200));
    target.answer(5);
    target.overwrite(fields);
    target.answer();
    expect(committed).toEqual([200]);
    expect(codes()).toEqual(['TARGET_TAKEN_OVER']);
    expect(batch.ready).toBe(false);
  });

  it('makes EXEC apply nothing when it comes after the checkpoint was read', () => {
    begun();
    write(0, 'INCR', 'a');
    target.overwrite({ epoch: '8' });
    batch.commit(at(200));
    target.answer();
    expect(target.ran).not.toContain('INCR a');
    expect(committed).toEqual([]);
    expect(codes()).toEqual(['TARGET_TAKEN_OVER']);
    expect(errors[0]!.fault).toBe(false);
  });

  it('may have removed the checkpoint', () => {
    target.hash.clear();
    begun();
    expect(errors[0]!.error.message).toContain('removed');
  });

  it('keeps this run from writing when the checkpoint cannot be watched', () => {
    target.refuse = (text) =>
      text.startsWith('WATCH') ? "NOPERM no permissions to run the 'watch' command" : undefined;
    begun();
    expect(codes()).toEqual(['TARGET_NO_PERMISSION']);
    expect(batch.ready).toBe(false);
  });

  it('cannot be told from an error of reading, which is named instead', () => {
    target.refuse = (text) =>
      text.startsWith('HMGET') ? 'LOADING Redis is loading the dataset in memory' : undefined;
    begun();
    expect(codes()).toEqual(['TARGET_LOADING']);
  });
});

describe('an error', () => {
  it('of queueing leaves the target as it was, and is told with its command', () => {
    begun();
    target.refuse = (text) =>
      text === 'INCR b' ? "OOM command not allowed when used memory > 'maxmemory'." : undefined;
    write(0, 'INCR', 'a');
    write(0, 'INCR', 'b');
    write(0, 'INCR', 'c');
    batch.commit(at(200));
    target.answer();
    expect(target.ran).not.toContain('INCR a');
    expect(codes()).toEqual(['TARGET_OUT_OF_MEMORY']);
    expect(errors[0]).toMatchObject({
      fault: false,
      error: { message: expect.stringContaining('INCR b: ') },
    });
    expect(committed).toEqual([]);
  });

  it('of running is a fault, since the others and the checkpoint stand, and is told with its command', () => {
    begun();
    target.fail = (text) => (text === 'INCR b' ? 'WRONGTYPE Operation against a key' : undefined);
    for (const key of ['a', 'b', 'c']) write(0, 'INCR', key);
    target.connection.output.flush();
    // They are queued long before EXEC comes.
    target.answer();
    batch.commit(at(200));
    target.answer();
    expect(codes()).toEqual(['TARGET_REJECTED']);
    expect(errors[0]).toMatchObject({ fault: true, error: { message: expect.stringContaining('INCR b: ') } });
    expect(committed).toEqual([]);
    expect(batch.ready).toBe(false);
  });

  it('of running is told with its command in a batch of many buffers', () => {
    begun();
    target.fail = (text) => (text.startsWith('SET bad ') ? 'WRONGTYPE no' : undefined);
    for (let i = 0; i < 30; i++) {
      write(0, 'SET', i === 3 ? 'bad' : `good ${i}`, 'x'.repeat(30_000));
      target.connection.output.flush();
      target.answer();
    }
    batch.commit(at(200));
    target.answer();
    expect(errors[0]).toMatchObject({
      fault: true,
      error: { message: expect.stringContaining('SET bad: ') },
    });
  });

  it('is told once, and nothing is answered to after it', () => {
    begun();
    target.fail = (text) => (text.startsWith('INCR') ? 'WRONGTYPE no' : undefined);
    write(0, 'INCR', 'a');
    write(0, 'INCR', 'b');
    batch.commit(at(200));
    write(0, 'INCR', 'c');
    target.connection.output.flush();
    target.answer();
    expect(codes()).toEqual(['TARGET_REJECTED']);
    expect(errors[0]!.error.message).toContain('INCR a');
  });
});

describe('MULTI that is refused', () => {
  const busy = 'BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.';

  it('heals when everything behind it was refused as well', () => {
    begun();
    target.refuse = (text) => (/^(WATCH|HMGET)/.test(text) ? undefined : busy);
    write(0, 'INCR', 'a');
    batch.commit(at(200));
    target.answer();
    expect(codes()).toEqual(['TARGET_LINK_LOST']);
    expect(errors[0]!.fault).toBe(false);
  });

  it('is a fault when a command behind it was run, outside of any transaction', () => {
    begun();
    target.refuse = (text) => (text === 'MULTI' ? busy : undefined);
    write(0, 'INCR', 'a');
    batch.commit(at(200));
    target.answer();
    expect(target.ran).toContain('INCR a');
    expect(codes()).toEqual(['TARGET_REJECTED']);
    expect(errors[0]).toMatchObject({ fault: true, error: { message: expect.stringContaining('MULTI: ') } });
    expect(committed).toEqual([]);
  });
});
