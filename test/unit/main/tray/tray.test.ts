import { expect, test } from 'vitest';
import { autostartEntry } from '../../../../electron/main/autostart-entry.ts';
import { trayBitmap } from '../../../../electron/main/tray/tray-bitmap.ts';
import { trayModel } from '../../../../electron/main/tray/tray-model.ts';
import { task } from '../../../support/page/fixtures.ts';

const now = (): number => Date.now();
const resting = (name: string, state: 'stopped' | 'failed') => task(name, { state, phase: 'ended' });

test('the tray has the colour of the worst task, and a line for each that was not stopped, the worst first', () => {
  const model = trayModel([task('Orders'), resting('Mail', 'failed'), resting('Old', 'stopped')], now());
  expect(model).toMatchObject({ tone: 'bad', tooltip: 'Lockstep: 1 failed · 1 in step', more: 0 });
  expect(model.lines.map(({ id, text }) => [id, text.split(':')[0]])).toEqual([
    ['mail', 'Mail'],
    ['orders', 'Orders'],
  ]);
});

test.each([
  [[], 'calm', 'Lockstep: no task runs'],
  [[resting('Old', 'stopped')], 'calm', 'Lockstep: no task runs'],
  [[task('Orders')], 'good', 'Lockstep: 1 in step'],
])('%#: at rest it is calm, in step it is well', (tasks, tone, tooltip) => {
  expect(trayModel(tasks, now())).toMatchObject({ tone, tooltip });
});

test('of very many the first stand in the menu, of long names the beginning', () => {
  const many = Array.from({ length: 30 }, (_, i) => task(`${'long '.repeat(30)}${i}`));
  const { lines, more } = trayModel(many, now());
  expect([lines.length, more]).toEqual([12, 18]);
  expect(Math.max(...lines.map(({ text }) => text.length))).toBeLessThanOrEqual(90);
});

test('the mark is drawn in the colour of the state, on nothing', () => {
  const side = 22;
  const pixels = trayBitmap('bad', side);
  expect(pixels).toHaveLength(side * side * 4);
  const at = (x: number, y: number): number[] => [
    ...pixels.subarray((y * side + x) * 4, (y * side + x) * 4 + 4),
  ];
  expect(at(0, 0)).toEqual([0, 0, 0, 0]);
  expect(at(4, 6)).toEqual([0x3b, 0x48, 0xd9, 255]);
  expect(at(18, 15)).toEqual([0x3b, 0x48, 0xd9, 255]);
});

test('the entry that starts it with the session quotes its path as desktops read it', () => {
  const lines = autostartEntry(['/opt/Lock step/100%/a"b$c']).split('\n');
  expect(lines).toContain('Exec="/opt/Lock step/100%%/a\\\\"b\\\\$c" "--hidden"');
  expect(lines[0]).toBe('[Desktop Entry]');
});
