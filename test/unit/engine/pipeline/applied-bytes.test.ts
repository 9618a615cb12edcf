import { describe, expect, it } from 'vitest';
import { OUTPUT_BYTES } from '../../../../electron/engine/protocol/resp/command-output.ts';
import { command } from '../../../../electron/engine/protocol/resp/encode.ts';
import { startApplier } from '../../../support/target/stream-applier.ts';

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
