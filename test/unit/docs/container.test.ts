import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const read = (name: string): string => readFileSync(path.join(ROOT, name), 'utf8');

const lines = read('Containerfile')
  .replaceAll('\\\n', ' ')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => /^([A-Z]+) +(.+)$/.exec(line) ?? []);
const of = (wanted: string): string[] =>
  lines.flatMap(([, word, rest = '']) => (word === wanted ? [rest] : []));

test('the container has the command of the package, and runs it as nobody', () => {
  const { bin, version } = JSON.parse(read('package.json')) as {
    bin: Record<string, string>;
    version: string;
  };

  expect(lines.filter(([, word]) => word === undefined)).toEqual([]);
  expect(of('ENTRYPOINT')).toEqual([JSON.stringify([Object.keys(bin)[0]])]);
  expect(of('USER')).toEqual(['65532:65532']);
  expect(read('Containerfile')).toContain(`lockstep:${version}`);
});

test('what is copied into it is there, and what builds it is not left out', () => {
  const copied = of('COPY')
    .filter((rest) => !rest.startsWith('--from='))
    .flatMap((rest) => rest.split(' ').slice(0, -1));
  const leftOut = read('.containerignore')
    .split('\n')
    .filter((line) => line !== '');

  expect(copied).toContain('package-lock.json');
  expect(copied.filter((name) => !existsSync(path.join(ROOT, name)))).toEqual([]);
  for (const needed of ['electron', 'shared', 'renderer', 'scripts', 'docs', 'package.json'])
    expect(leftOut).not.toContain(needed);
});
