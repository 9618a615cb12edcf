import { expect, it } from 'vitest';
import { keyCommand, PageRequest } from '../../../../electron/engine/verify/page-reader.ts';
import { isOwnKey } from '../../../../electron/engine/verify/scan-pages.ts';

it('writes commands with the key in its place, byte for byte', () => {
  const request = new PageRequest();
  request.addEncoded(Buffer.from('*1\r\n$4\r\nTIME\r\n'));
  request.add(keyCommand('LRANGE', undefined, '0', '-1'), Buffer.from([0xff, 13, 10]));
  request.add(keyCommand('MEMORY', 'USAGE', undefined), Buffer.from(''));
  expect(request.count).toBe(3);
  expect(request.bytes().toString('latin1')).toBe(
    '*1\r\n$4\r\nTIME\r\n' +
      '*4\r\n$6\r\nLRANGE\r\n$3\r\n\u00ff\r\n\r\n$1\r\n0\r\n$2\r\n-1\r\n' +
      '*3\r\n$6\r\nMEMORY\r\n$5\r\nUSAGE\r\n$0\r\n\r\n',
  );
});

it('can be written with a command before each of its own', () => {
  const request = new PageRequest();
  request.addEncoded(Buffer.from('*1\r\n$4\r\nTIME\r\n'));
  request.add(keyCommand('GET', undefined), Buffer.from('k'));
  expect(request.bytesAfterEach(Buffer.from('!')).toString()).toBe(
    '!*1\r\n$4\r\nTIME\r\n!*2\r\n$3\r\nGET\r\n$1\r\nk\r\n',
  );
});

it('grows', () => {
  const request = new PageRequest();
  const large = Buffer.alloc(100_000, 'k');
  for (let i = 0; i < 5; i++) request.add(keyCommand('GET', undefined), large);
  const one = `*2\r\n$3\r\nGET\r\n$100000\r\n${large.toString()}\r\n`;
  expect(request.bytes().toString()).toBe(one.repeat(5));
});

it('knows the keys of the tool', () => {
  expect(
    ['lockstep:', 'lockstep:task', 'lockstep', 'xlockstep:', ''].map((name) => isOwnKey(Buffer.from(name))),
  ).toEqual([true, true, false, false, false]);
});
