import { expect, it } from 'vitest';
import { listRows } from '../../../../renderer/tasks/list-rows.ts';

const group = (id: string) => ({ id, name: id });

it('a group stands where the first of its tasks does, with these in their order; one task of a group stands alone', () => {
  const rows = listRows([
    { id: 'a', group: null },
    { id: 'b', group: group('g') },
    { id: 'c', group: group('lone') },
    { id: 'd', group: null },
    { id: 'e', group: group('g') },
  ]);
  expect(rows).toEqual([
    { kind: 'task', id: 'a' },
    { kind: 'group', id: 'g', ids: ['b', 'e'] },
    { kind: 'task', id: 'c' },
    { kind: 'task', id: 'd' },
  ]);
});
