import { expect, it } from 'vitest';
import { groupName } from '../../../../shared/format/group-name.ts';

it('a group is told by its name and by how many targets it has', () => {
  expect(groupName('127.0.0.1:7001', 3)).toBe('127.0.0.1:7001, 3 targets');
  expect(groupName('Shop', 1)).toBe('Shop');
});
