import { expect, it } from 'vitest';
import { fitsSearch } from '../../../../../renderer/tasks/list/search.ts';
import { endpoint, task } from '../../../../support/page/fixtures.ts';

const orders = {
  ...task('Orders to Frankfurt', { label: 'Shop', source: endpoint('source', 'redis-7.internal', 6400) }),
  heardAtMs: Date.now(),
};

it.each([
  ['', true],
  ['  ', true],
  ['frank', true],
  ['FRANK shop', true],
  ['redis-7.internal:6400', true],
  ['in step', true],
  ['paused', false],
  ['shop dublin', false],
])('“%s” finds a task by its name, label, addresses and state: %s', (text, found) => {
  expect(fitsSearch(orders, text, Date.now())).toBe(found);
});
