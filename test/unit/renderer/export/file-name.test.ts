import { expect, it } from 'vitest';
import { exportFileName } from '../../../../renderer/export/file-name.ts';

const atMs = new Date(2026, 2, 1, 4, 5, 9).getTime();

it.each([
  ['Orders → Frankfurt', 'orders-frankfurt-events-2026-03-01T04-05-09.csv'],
  ['Café/..\\:*?"<>|', 'cafe-events-2026-03-01T04-05-09.csv'],
  ['→ 日本', 'task-events-2026-03-01T04-05-09.csv'],
  ['x'.repeat(100), `${'x'.repeat(60)}-events-2026-03-01T04-05-09.csv`],
])('a file of the task %j is called %s', (task, name) => {
  expect(exportFileName(task, 'events', atMs, 'csv').replaceAll(/[̀-ͯ]/g, '')).toBe(name);
});
