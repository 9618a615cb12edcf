import fs, { appendFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { EventFile } from '../../../../electron/backend/events/event-file.ts';
import { EventLog } from '../../../../electron/backend/events/event-log.ts';
import type { TaskEvent } from '../../../../shared/model/task-event.ts';

let dir: string;
let told: TaskEvent[];
let faults: string[];

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'lockstep-events-'));
  told = [];
  faults = [];
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const open = (folder = dir, mostBytes?: number): EventLog =>
  new EventLog({
    file: new EventFile(folder, 'task', mostBytes),
    onEvent: (event) => void told.push(event),
    onUnwritable: (reason) => void faults.push(reason),
  });
const file = (): string => path.join(dir, 'task.jsonl');
const texts = (log: EventLog): string[] => log.newest(5000).map(({ text }) => text);

describe('the log of a task', () => {
  test('is there again after a restart, and its numbers go on', () => {
    const log = open();
    log.add('info', 'one');
    log.add('error', 'two', 'TARGET_REJECTED');
    const again = open();
    again.add('success', 'three');
    expect(again.newest(5000)).toMatchObject([
      { number: 1, severity: 'info', text: 'one' },
      { number: 2, severity: 'error', code: 'TARGET_REJECTED' },
      { number: 3, severity: 'success' },
    ]);
    expect(told.map(({ number }) => number)).toEqual([1, 2, 3]);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
  });

  test('gives the newest before a number, newest last', () => {
    const log = open();
    for (let number = 1; number <= 10; number += 1) log.add('info', `event ${number}`);
    expect(log.newest(3).map(({ number }) => number)).toEqual([8, 9, 10]);
    expect(log.newest(3, 8).map(({ number }) => number)).toEqual([5, 6, 7]);
  });

  test('damaged lines are skipped, and one that was cut short does not take the next one with it', () => {
    open().add('info', 'one');
    appendFileSync(file(), 'no JSON\n{"number":2}\n{"number":3,"atMs":0,"seve');
    const log = open();
    log.add('info', 'two');
    expect(texts(open())).toEqual(['one', 'two']);
    expect(open().newest(1)[0]!.number).toBe(2);
  });

  test('at its size the file is kept as the older of two', () => {
    const log = open(dir, 2000);
    for (let number = 1; number <= 100; number += 1) log.add('info', `event ${number}`);
    const kept = open().newest(5000);
    expect(kept.at(-1)!.number).toBe(100);
    expect(kept.length).toBeGreaterThan(20);
    expect(kept.length).toBeLessThan(60);
    for (const name of ['task.jsonl', 'task.older.jsonl'])
      expect(statSync(path.join(dir, name)).size).toBeLessThanOrEqual(2000);
  });

  test('what cannot be written is told and still in memory', () => {
    const log = open(path.join(dir, 'missing'));
    log.add('info', 'one');
    expect(faults).toHaveLength(1);
    expect(texts(log)).toEqual(['one']);
  });

  test('a text without end is cut', () => {
    const log = open();
    log.add('info', 'x'.repeat(100_000));
    expect(log.newest(1)[0]!.text.length).toBeLessThanOrEqual(2000);
  });

  test('a line that a full disk has cut short while it runs does not take the next one with it', () => {
    const log = open();
    log.add('info', 'one');
    const append = vi.spyOn(fs, 'appendFileSync').mockImplementationOnce((name, line) => {
      appendFileSync(name, String(line).slice(0, 20));
      throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
    });
    log.add('info', 'two');
    append.mockRestore();
    log.add('info', 'three');
    expect(faults).toEqual(['there is no room left on the disk']);
    expect(texts(open())).toEqual(['one', 'three']);
  });

  test('a file that cannot be removed is told', () => {
    const log = open();
    mkdirSync(path.join(file(), 'in-the-way'), { recursive: true });
    log.remove();
    expect(faults).toHaveLength(1);
  });

  test('is gone when it is removed', () => {
    const log = open();
    log.add('info', 'one');
    log.remove();
    expect(existsSync(file())).toBe(false);
    expect(texts(open())).toEqual([]);
  });
});
