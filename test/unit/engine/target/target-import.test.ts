import type { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { beginImport, tellImport } from '../../../../electron/engine/target/target-import.ts';

/** A target whose import-mode is off, and with what it was changed. */
function target(): { readonly redis: Redis; readonly asked: string[] } {
  const asked: string[] = [];
  const call = async (...words: string[]): Promise<unknown> => {
    asked.push(words.join(' '));
    return words[1] === 'GET' ? ['import-mode', 'no'] : 'OK';
  };
  const redis: unknown = { call };
  return { redis: redis as Redis, asked };
}

const told = (task: string): string[] => {
  const texts: string[] = [];
  tellImport(
    { info: (text) => texts.push(text), warning: (text) => texts.push(text), changed: () => undefined },
    { task, importMode: 'use' },
    undefined,
  );
  return texts;
};

it('import-mode is turned on by a task, and by no part of one', async () => {
  const wish = { importMode: 'use', fullOnly: false } as const;
  const able = { importMode: true, scripts: true };
  const { redis, asked } = target();
  expect(await beginImport(redis, { ...wish, task: 'orders 2' }, able)).toBeUndefined();
  expect(asked).toEqual([]);
  expect(await beginImport(redis, { ...wish, task: 'orders' }, able)).toEqual({ begun: true, ours: true });
  expect(asked).toContain('CONFIG SET import-mode yes');
  expect(told('orders 2')).toEqual([expect.stringContaining('where the source is a cluster')]);
  expect(told('orders')).toEqual([expect.stringContaining('it takes Valkey 8.1')]);
});

it('what a task has changed of its target is told, and that nothing is changed any more', () => {
  const changes: unknown[] = [];
  const events = { info: () => {}, warning: () => {}, changed: (change: unknown) => changes.push(change) };
  const wish = { task: 'orders', importMode: 'use' } as const;
  tellImport(events, wish, { begun: true, ours: true });
  // By an earlier run, or another task.
  tellImport(events, wish, { begun: false, ours: true });
  // By somebody else, who is not to be set back.
  tellImport(events, wish, { begun: false, ours: false });
  tellImport(events, { ...wish, importMode: 'leave' }, undefined);
  const changed = { setting: 'import-mode', from: 'no', to: 'yes' };
  expect(changes).toEqual([changed, changed, null, null]);
});
