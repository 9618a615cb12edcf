import { expect, it } from 'vitest';
import { listSections } from '../../../../../renderer/tasks/list/list-rows.ts';

const group = (id: string) => ({ id, name: id });

it('a group stands where the first of its tasks does, with these in their order; one task of a group stands alone', () => {
  const rows = listSections([
    { id: 'a', group: null },
    { id: 'b', group: group('g') },
    { id: 'c', group: group('lone') },
    { id: 'd', group: null },
    { id: 'e', group: group('g') },
  ]);
  expect(rows).toEqual([
    {
      label: '',
      rows: [
        { kind: 'task', id: 'a' },
        { kind: 'group', id: 'g', ids: ['b', 'e'] },
        { kind: 'task', id: 'c' },
        { kind: 'task', id: 'd' },
      ],
    },
  ]);
});

it('tasks of one label stand together where the first of them does; of a group the first label counts', () => {
  const sections = listSections([
    { id: 'a', group: null, label: 'Shop' },
    { id: 'b', group: group('g'), label: '' },
    { id: 'c', group: null },
    { id: 'd', group: null, label: 'Shop' },
    { id: 'e', group: group('g'), label: 'Archive' },
  ]);
  expect(sections.map(({ label, rows }) => [label, rows.map(({ id }) => id)])).toEqual([
    ['Shop', ['a', 'd']],
    ['Archive', ['g']],
    ['', ['c']],
  ]);
});
