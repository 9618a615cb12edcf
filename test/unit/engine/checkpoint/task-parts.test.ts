import { describe, expect, it } from 'vitest';
import {
  belongTogether,
  partName,
  partOf,
  taskOf,
} from '../../../../electron/engine/checkpoint/task-parts.ts';
import { connectionName, nameBehind } from '../../../../electron/engine/writer/end-connection.ts';

describe('the name of a part', () => {
  const name = partName({ task: 'orders', number: 12 });

  it('tells the task and the number, and is that of no task', () => {
    expect(partOf(name)).toEqual({ task: 'orders', number: 12 });
    expect(taskOf(name)).toBe('orders');
    for (const task of ['orders', 'orders12', 'orders#12', '12', 'orders 0', 'orders x', ' 3'])
      expect(partOf(task)).toBeUndefined();
  });

  it('belongs to the other parts of its task, and to nobody else', () => {
    expect(belongTogether(name, partName({ task: 'orders', number: 1 }))).toBe(true);
    expect(belongTogether(name, 'orders')).toBe(true);
    expect(belongTogether(name, partName({ task: 'order', number: 12 }))).toBe(false);
  });

  it('is told apart from every task where connections are listed, in a name that a server takes', () => {
    const listed = [name, 'orders', 'orders:12', '12:orders', partName({ task: 'orders', number: 1 })].map(
      connectionName,
    );
    expect(new Set(listed).size).toBe(listed.length);
    for (const one of listed) expect(one).toMatch(/^[\x21-\x7e]+$/);
    expect(listed.map(nameBehind)).toEqual([
      ...[name, 'orders', 'orders:12', '12:orders', partName({ task: 'orders', number: 1 })],
    ]);
    for (const other of [
      '',
      'lockstep:',
      'lockstep-source',
      'lockstep-part:1:',
      'lockstep-part:x:orders',
      'app',
    ])
      expect(nameBehind(other)).toBeUndefined();
  });
});
