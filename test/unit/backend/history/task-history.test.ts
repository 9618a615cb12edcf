import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { HistoryFile } from '../../../../electron/backend/history/history-file.ts';
import { TaskHistory } from '../../../../electron/backend/history/task-history.ts';
import { metricsOf } from '../../../support/backend/fake-engine.ts';

let dir: string;
const faults: string[] = [];
beforeEach(() => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'lockstep-history-'));
  faults.length = 0;
});
afterEach(() => {
  vi.useRealTimers();
  fs.rmSync(dir, { recursive: true, force: true });
});

const open = (status: 'stopped' | 'in-step' = 'stopped', onActivity = () => undefined): TaskHistory =>
  new TaskHistory({
    file: new HistoryFile({
      ...{ dir, taskId: 'orders' },
      onFault: (title, text) => faults.push(`${title}: ${text}`),
    }),
    ...{ status, onActivity },
  });
const file = (): string => path.join(dir, 'orders.json');
const lastHour = { spanMs: 3_600_000, endMs: null };

it('figures and what has become of the task are there again after a restart, in a file of the owner alone', () => {
  const before = open();
  const nowMs = Date.now();
  for (let second = 30; second >= 0; second -= 1) before.add(metricsOf('in-step', nowMs - second * 1000));
  before.look('in-step', nowMs - 30_000);
  before.look('stopped', nowMs);
  before.logged({ number: 1, atMs: nowMs, severity: 'warning', code: 'TARGET_UNREACHABLE', text: 'refused' });
  before.logged({ number: 2, atMs: nowMs, severity: 'info', text: 'no fault' });
  before.flush();
  expect(fs.statSync(file()).mode & 0o777).toBe(0o600);
  const points = before.points(lastHour, null, nowMs);
  expect(points.points.length).toBeGreaterThan(1);

  const after = open();
  expect(after.points(lastHour, null, nowMs)).toEqual(points);
  expect(after.activity).toEqual(before.activity);
  expect(after.activity.faults.map(({ code }) => code)).toEqual(['TARGET_UNREACHABLE']);
  expect(faults).toEqual([]);
});

it.each([
  ['half of a file', '{"version":1,"atMs":', 'damaged'],
  ['something else', '{"version":1,"activity":[]}', 'damaged'],
  ['a file of a newer version', '{"version":2}', 'newer'],
])('%s is put aside and told, and the task begins a new one', (_name, text, why) => {
  fs.writeFileSync(file(), text);
  const history = open();
  history.look('in-step', Date.now());
  history.flush();
  expect(faults).toHaveLength(1);
  const aside = fs.readdirSync(dir).find((name) => name.includes(why));
  expect(fs.readFileSync(path.join(dir, aside!), 'utf8')).toBe(text);
  expect(JSON.parse(fs.readFileSync(file(), 'utf8'))).toMatchObject({ version: 1 });
});

it('is written by itself: soon after something has happened, within a minute where only figures came', () => {
  vi.useFakeTimers();
  const history = open();
  history.add(metricsOf('in-step', Date.now()));
  vi.advanceTimersByTime(59_000);
  expect(fs.existsSync(file())).toBe(false);
  vi.advanceTimersByTime(2000);
  expect(fs.existsSync(file())).toBe(true);
  fs.rmSync(file());
  history.look('in-step', Date.now());
  vi.advanceTimersByTime(5001);
  expect(fs.existsSync(file())).toBe(true);
});

it('a disk that is full is told once, and nothing is lost from memory', () => {
  fs.rmSync(dir, { recursive: true });
  const history = open();
  for (const status of ['in-step', 'paused'] as const) {
    history.look(status, Date.now());
    history.flush();
  }
  expect(faults).toHaveLength(1);
  expect(history.activity.bands.at(-1)?.status).toBe('paused');
});

it('nothing is written any more once the task was deleted', () => {
  const history = open();
  history.look('in-step', Date.now());
  history.flush();
  history.look('paused', Date.now());
  history.remove();
  history.flush();
  expect(fs.readdirSync(dir)).toEqual([]);
});

it('tells of what is new', () => {
  let told = 0;
  const history = open('stopped', () => void (told += 1) as undefined);
  history.look('in-step', 1000);
  history.look('in-step', 2000);
  history.compare({ fromMs: 1500, toMs: null, level: 'values', outcome: 'running', differences: null });
  expect(told).toBe(2);
});
