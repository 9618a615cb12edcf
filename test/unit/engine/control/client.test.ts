import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const ELECTRON = path.resolve(import.meta.dirname, '../../../../electron');

it('is where every connection of the client library is made, so that none is without its bounds', () => {
  const making = readdirSync(ELECTRON, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .filter((name) => /new Redis\(/.test(readFileSync(path.join(ELECTRON, name), 'utf8')));
  expect(making).toEqual([path.join('engine', 'control', 'client.ts')]);
});
