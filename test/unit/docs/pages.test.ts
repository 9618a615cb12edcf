import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ERROR_CATALOGUE } from '../../../shared/errors/catalogue.ts';
import { CHECK_IDS } from '../../../shared/model/checks.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const PAGES = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  ...readdirSync(path.join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.posix.join('docs', name.replaceAll(path.sep, '/'))),
];

const read = (name: string): string => readFileSync(path.join(ROOT, name), 'utf8');

/** The heading's anchor as code hosts make it. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

/** What lies between fences holds examples, no headings or links. */
const prose = (page: string): string => read(page).replace(/^```.*?^```/gms, '');

const anchorsOf = (page: string): string[] =>
  [...prose(page).matchAll(/^#+ (.+)$/gm)].map((found) => anchor(found[1]!));

describe.each(PAGES)('%s', (page) => {
  test('links to files and headings that exist', () => {
    const broken = [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)]
      .map((found) => found[1]!)
      .filter((link) => !/^https?:/.test(link))
      .filter((link) => {
        const [file = '', heading] = link.split('#');
        const to = file === '' ? page : path.posix.join(path.posix.dirname(page), file);
        if (!existsSync(path.join(ROOT, to))) return true;
        return heading !== undefined && !anchorsOf(to).includes(heading);
      });

    expect(broken).toEqual([]);
  });

  test('names only error codes that exist', () => {
    const named = [...prose(page).matchAll(/`((?:SOURCE|TARGET|SPOOL)_[A-Z_]+)`/g)].map((found) => found[1]!);

    expect(named.filter((code) => !(code in ERROR_CATALOGUE))).toEqual([]);
  });
});

const MOST_IMAGE_BYTES = 250_000;

describe('README.md', () => {
  const readme = read('README.md');

  test('tells every option of the command line, and no other', () => {
    const folder = path.join(ROOT, 'electron/headless');
    const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /^cli.*\.ts$/.test(name),
    );
    const options = sources.flatMap((name) =>
      [...readFileSync(path.join(folder, name), 'utf8').matchAll(/[oO]ption\(\s*'(--[a-z-]+)/g)].map(
        (found) => found[1]!,
      ),
    );
    const told = [...readme.matchAll(/^\| `(--[a-z-]+)/gm)].map((found) => found[1]!);

    expect(options).toContain('--source');
    expect(options.filter((option) => !readme.includes(`\`${option}`))).toEqual([]);
    expect(told).toContain('--source');
    expect(told.filter((option) => !options.includes(option))).toEqual([]);
  });
});

describe('images', () => {
  test.each(['README.md', 'docs/guide.md'])(
    '%s shows those that are there, for both themes, and small',
    (page) => {
      const images = [...read(page).matchAll(/(?:src|srcset)="([^"]+)"/g)].map((found) =>
        path.posix.join(path.posix.dirname(page), found[1]!),
      );

      expect(images.length).toBeGreaterThanOrEqual(2);
      expect(images.filter((image) => image.includes('dark')).length).toBe(images.length / 2);
      const large = images.filter((image) => statSync(path.join(ROOT, image)).size > MOST_IMAGE_BYTES);
      expect(large).toEqual([]);
    },
  );
});

describe('figures', () => {
  test.each(['README.md', 'docs/guide.md'])('%s counts the checks of the precheck', (page) => {
    const counts = [...prose(page).matchAll(/(\d+) checks,? /g)].map((found) => Number(found[1]));

    expect(counts).toContain(CHECK_IDS.length);
  });

  test('docs/architecture.md names constants that the code has', () => {
    const code = ['electron', 'renderer', 'shared']
      .flatMap((folder) =>
        readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
          path.join(ROOT, folder, name),
        ),
      )
      .filter((file) => /\.tsx?$/.test(file))
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n');
    const named = [...prose('docs/architecture.md').matchAll(/`((?!LOCKSTEP_)[A-Z]+(?:_[A-Z]+)+)`/g)].map(
      (found) => found[1]!,
    );

    expect(named).toContain('MOST_TASKS');
    expect(named.filter((name) => !new RegExp(`\\b${name}\\b`).test(code))).toEqual([]);
  });
});
