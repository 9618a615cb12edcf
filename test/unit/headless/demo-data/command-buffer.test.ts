import { expect, it } from 'vitest';
import { CommandBuffer } from '../../../../electron/headless/demo-data/command-buffer.ts';

it('writes commands and counts them', () => {
  const out = new CommandBuffer();
  out.add('SET', 'key', Buffer.from([0xff, 13, 10]));
  out.addAll(['EXPIRE', 'key', 1_700_000_000_000]);
  const { bytes, commands } = out.take();
  expect(commands).toBe(2);
  expect(bytes.toString('latin1')).toBe(
    '*3\r\n$3\r\nSET\r\n$3\r\nkey\r\n$3\r\n\u00ff\r\n\r\n' +
      '*3\r\n$6\r\nEXPIRE\r\n$3\r\nkey\r\n$13\r\n1700000000000\r\n',
  );
  expect([out.length, out.commands]).toEqual([0, 0]);
});

it('grows over values of any size, and hands out bytes of their own', () => {
  const out = new CommandBuffer();
  const value = Buffer.alloc(700_000, 'v');
  out.add('SET', 'k', value);
  const first = out.take().bytes;
  out.add('SET', 'k', 'x'.repeat(700_000));
  out.take();
  expect(first.toString()).toBe(`*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$700000\r\n${value.toString()}\r\n`);
});
