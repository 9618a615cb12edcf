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
    { info: (text) => texts.push(text), warning: (text) => texts.push(text) },
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
