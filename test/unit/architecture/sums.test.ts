import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it, test } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../../..');
/** `sum += await work()` reads the sum before the work and writes it after: what others have added meanwhile is lost. */
const LOST_UPDATE = /(?:[-+*/|&]|\?\?|\|\||&&)=\s*\(?\s*await\b/;

const lostUpdatesIn = (source: string): string[] =>
  source.split('\n').filter((line) => LOST_UPDATE.test(line));

test('nothing is added to a sum that was read before it was waited for', () => {
  const found = ['electron', 'shared', 'renderer'].flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name))
      .flatMap((name) =>
        lostUpdatesIn(readFileSync(path.join(ROOT, folder, name), 'utf8')).map((line) => `${name}: ${line}`),
      ),
  );
  expect(found).toEqual([]);
});

it.each(['changed += await run();', 'left -= (await run()).length;', 'this.at ??= await look();'])(
  'finds %s',
  (source) => {
    expect(lostUpdatesIn(source)).toEqual([source]);
  },
);

it.each(['const keys = await run();', 'changed = await run();', 'wait(a >= b, await run());'])(
  'lets %s pass',
  (source) => {
    expect(lostUpdatesIn(source)).toEqual([]);
  },
);
