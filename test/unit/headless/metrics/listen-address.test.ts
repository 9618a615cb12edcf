import { expect, test } from 'vitest';
import { parseListenAddress } from '../../../../electron/headless/metrics/listen-address.ts';

test.each([
  ['9121', '127.0.0.1', 9121],
  ['127.0.0.1:9121', '127.0.0.1', 9121],
  ['0.0.0.0:9121', '0.0.0.0', 9121],
  ['[::1]:9121', '::1', 9121],
  ['localhost:0', 'localhost', 0],
])('%s is %s, port %i', (text, host, port) => {
  expect(parseListenAddress(text, '--metrics')).toEqual({ host, port });
});

test.each(['', 'x', '127.0.0.1', ':9121', '70000', '::1:9121', 'example.com:9121', 'http://127.0.0.1:9121'])(
  '%j is refused',
  (text) => {
    expect(() => parseListenAddress(text, '--metrics')).toThrow(expect.objectContaining({ code: 'USAGE' }));
  },
);
