import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  ERROR_CATALOGUE,
  EXIT,
  type ErrorCode,
  type ErrorEntry,
} from '../../../../shared/errors/catalogue.ts';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';

const DOCUMENTED = readFileSync(path.resolve(import.meta.dirname, '../../../../docs/errors.md'), 'utf8');
const ENTRIES = Object.entries(ERROR_CATALOGUE) as [ErrorCode, ErrorEntry][];

describe.each(ENTRIES)('%s', (code, entry) => {
  it('says what happened, why, and what to do', () => {
    for (const text of [entry.title, entry.cause, entry.remedy]) {
      expect(text.trim()).toBe(text);
      expect(text.length).toBeGreaterThan(10);
      expect(text).toMatch(/^[A-Za-z-]/);
    }
    expect(entry.title).not.toMatch(/[.!]$/);
    expect(entry.cause).toMatch(/\.$/);
  });

  it('ends with a status that is documented, and is none of success', () => {
    expect(Object.values(EXIT)).toContain(entry.exit);
    expect([EXIT.ok, EXIT.different]).not.toContain(entry.exit);
    expect(DOCUMENTED).toContain(`## Status ${entry.exit}\n`);
    expect(DOCUMENTED).toContain(`### ${code}\n`);
  });
});

it('has every code of its topics, each once', async () => {
  const folder = path.resolve(import.meta.dirname, '../../../../shared/errors/catalogue');
  const topics = readdirSync(folder).filter((name) => name.endsWith('-errors.ts'));
  const lists = await Promise.all(
    topics.map(async (name) =>
      Object.values((await import(path.join(folder, name))) as Record<string, object>),
    ),
  );
  const codes = lists.flat().flatMap((list) => Object.keys(list));
  expect(codes.toSorted()).toEqual(Object.keys(ERROR_CATALOGUE).toSorted());
});

describe('the side that a name tells', () => {
  const SIDES: readonly (readonly [string, readonly number[]])[] = [
    ['SOURCE_', [EXIT.source, EXIT.usage]],
    ['TARGET_', [EXIT.target]],
    ['SPOOL_', [EXIT.local]],
    ['RDB_', [EXIT.data]],
  ];
  it.each(SIDES)('%s… ends with the status of that side', (prefix, exits) => {
    const named = Object.entries(ERROR_CATALOGUE).filter(([code]) => code.startsWith(prefix));
    expect(named.length).toBeGreaterThan(0);
    for (const [, { exit }] of named) expect(exits).toContain(exit);
  });
});

describe('exit statuses', () => {
  it('differ, and fit a process', () => {
    const statuses = Object.values(EXIT);
    expect(new Set(statuses).size).toBe(statuses.length);
    for (const status of statuses) expect(Number.isInteger(status) && status >= 0 && status < 126).toBe(true);
  });
});

describe('LockstepError', () => {
  it('carries the fact, the code and the cause, and finds its entry', () => {
    const cause = new Error('below');
    const error = new LockstepError('SPOOL_FULL', 'the fact', { cause });
    expect(error).toBeInstanceOf(Error);
    expect(error.message).toBe('the fact');
    expect(error.code).toBe('SPOOL_FULL');
    expect(error.cause).toBe(cause);
    expect(error.entry).toBe(ERROR_CATALOGUE.SPOOL_FULL);
    expect(String(error)).toBe('LockstepError: the fact');
  });
});
