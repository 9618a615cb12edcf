import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Notices } from '../../../../electron/backend/notices/notices.ts';
import type { DocumentStore } from '../../../../electron/backend/ports.ts';
import { fillingIn, fillingInServers, listKind } from '../../../../electron/backend/stores/document-kind.ts';
import { StoredDocument } from '../../../../electron/backend/stores/stored-document.ts';
import { confStores } from '../../../../electron/headless/serve/conf-store.ts';
import type { Notice } from '../../../../shared/contract/api.ts';

const entry = z.object({ id: z.string(), port: z.number() });
/** The first format had the port as text, the second had it under another name. */
const KIND = listKind(
  {
    name: 'things',
    holds: 'the things',
    migrations: [
      ({ content }) => ({
        content: (content as { port: string }[]).map((one) => ({
          ...one,
          port: undefined,
          tcp: Number(one.port),
        })),
      }),
      ({ content }) => ({
        content: (content as { tcp: number }[]).map((one) => ({ ...one, port: one.tcp })),
      }),
    ],
  },
  entry,
);

let dir: string;
let file: string;
let told: readonly Notice[];

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'lockstep-store-'));
  file = path.join(dir, 'things.json');
  told = [];
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const notices = (): Notices => new Notices((event) => event.type === 'notices' && (told = event.notices));
const open = (): StoredDocument<readonly z.output<typeof entry>[]> =>
  new StoredDocument(confStores(dir), KIND, notices());
const aside = (why: string): string[] => readdirSync(dir).filter((name) => name.startsWith(`things.${why}-`));

test('the servers of entries of an older version get the fields that they lack', () => {
  const fill = fillingInServers({ map: '' });
  const content = [
    { id: 'draft', source: { host: 'a' }, targets: [{ host: 'b', map: 'kept' }, { host: 'c' }] },
    { id: 'task', source: { host: 'a' }, target: { host: 'b' } },
    { id: 'damaged', source: 7 },
    'torn',
  ];
  expect(fill({ version: 2, content })).toEqual({
    version: 2,
    content: [
      {
        id: 'draft',
        source: { host: 'a', map: '' },
        targets: [
          { host: 'b', map: 'kept' },
          { host: 'c', map: '' },
        ],
      },
      { id: 'task', source: { host: 'a', map: '' }, target: { host: 'b', map: '' } },
      { id: 'damaged', source: 7 },
      'torn',
    ],
  });
  expect(fill({ version: 2, content: 'torn' })).toEqual({ version: 2, content: 'torn' });
});

test('entries of an older version get the fields that they lack, and what is no list stays to be refused', () => {
  const fill = fillingIn({ colour: 'red' });
  const content = [{ id: 'a' }, { id: 'b', colour: 'blue' }, 7];
  expect(fill({ version: 1, content })).toEqual({
    version: 1,
    content: [{ id: 'a', colour: 'red' }, { id: 'b', colour: 'blue' }, 7],
  });
  expect(fill({ version: 1, content: 'torn' })).toEqual({ version: 1, content: 'torn' });
});

describe('a stored document', () => {
  test('begins empty, and is there again', () => {
    open().save([{ id: 'a', port: 1 }]);
    const again = open();
    expect(again.content).toEqual([{ id: 'a', port: 1 }]);
    expect(again.whole).toBe(true);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ version: 3 });
    expect(told).toEqual([]);
  });

  test.each([
    [1, { id: 'a', port: '6379' }],
    [2, { id: 'a', tcp: 6379 }],
  ])('one of version %i becomes the present one', (version, old) => {
    writeFileSync(file, JSON.stringify({ version, content: [old] }));
    expect(open().content).toEqual([{ id: 'a', port: 6379 }]);
  });

  test.each(['{"version":3,"content":[', '[]', '{"content":[]}', '{"version":3,"content":7}', ''])(
    'a file that reads %j is kept aside and told, and a new one begun',
    (text) => {
      writeFileSync(file, text);
      const document = open();
      expect(document.content).toEqual([]);
      expect(document.whole).toBe(false);
      expect(aside('damaged')).toHaveLength(1);
      expect(readFileSync(path.join(dir, aside('damaged')[0]!), 'utf8')).toBe(text);
      expect(told).toMatchObject([{ severity: 'error', title: 'A file of the application was damaged' }]);
      expect(told[0]!.text).toContain(aside('damaged')[0]);
      document.save([{ id: 'b', port: 2 }]);
      expect(open().content).toEqual([{ id: 'b', port: 2 }]);
    },
  );

  test('a file of a newer version is kept aside under that name', () => {
    const text = JSON.stringify({ version: 4, content: [] });
    writeFileSync(file, text);
    expect(open().content).toEqual([]);
    expect(readFileSync(path.join(dir, aside('newer')[0]!), 'utf8')).toBe(text);
    expect(told).toMatchObject([{ title: 'A file of the application comes from a newer version' }]);
  });

  test('one bad entry does not cost the others; the file as it was is kept', () => {
    const text = JSON.stringify({
      version: 3,
      content: [
        { id: 'a', port: 1 },
        { id: 'bad', port: 'x' },
        { id: 'c', port: 3 },
      ],
    });
    writeFileSync(file, text);
    const document = open();
    expect(document.content.map(({ id }) => id)).toEqual(['a', 'c']);
    expect(document.whole).toBe(false);
    expect(told[0]!.text).toContain('bad');
    expect(readFileSync(path.join(dir, aside('damaged')[0]!), 'utf8')).toBe(text);
    // Not found damaged once more.
    expect(open().whole).toBe(true);
    expect(aside('damaged')).toHaveLength(1);
  });

  test('what was kept aside twice in the same second is kept twice', () => {
    for (const text of ['one', 'two']) {
      writeFileSync(file, text);
      open();
    }
    expect(
      aside('damaged')
        .map((name) => readFileSync(path.join(dir, name), 'utf8'))
        .toSorted(),
    ).toEqual(['one', 'two']);
  });

  test('a write that fails is told, and memory stays as the file is', () => {
    const store: DocumentStore = {
      path: '/full/things.json',
      read: () => undefined,
      write: () => {
        throw new Error('ENOSPC: no space left on device');
      },
    };
    const document = new StoredDocument(() => store, KIND, notices());
    expect(() => document.save([{ id: 'a', port: 1 }])).toThrow(
      expect.objectContaining({
        code: 'STORE_UNWRITABLE',
        message: '/full/things.json: ENOSPC: no space left on device',
      }),
    );
    expect(document.content).toEqual([]);
    expect(told).toMatchObject([{ severity: 'error', title: 'The settings cannot be stored' }]);
  });

  test('a damaged file that cannot be moved aside is not written over', () => {
    let written = 0;
    const store: DocumentStore = {
      path: path.join(dir, 'missing', 'things.json'),
      read: () => {
        throw new SyntaxError('no JSON');
      },
      write: () => void (written += 1),
    };
    const document = new StoredDocument(() => store, KIND, notices());
    expect(() => document.save([])).toThrow(expect.objectContaining({ code: 'STORE_UNWRITABLE' }));
    expect(written).toBe(0);
    expect(told[0]!.text).toContain('could not be moved aside');
  });

  test('the words of a damaged file do not repeat what stands in it', () => {
    writeFileSync(file, JSON.stringify({ version: 'secret-in-the-wrong-place', content: [] }));
    chmodSync(file, 0o600);
    open();
    expect(told).toHaveLength(1);
    expect(JSON.stringify(told)).not.toContain('secret-in-the-wrong-place');
  });
});
