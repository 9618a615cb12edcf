import type { Redis } from 'ioredis';
import { TASKS_PREFIX } from '../commands/own-keys.ts';
import { CHECKPOINT_DB } from './checkpoint.ts';

const SCAN_COUNT = 100;

/**
 * A hash of the scripts that the source sent, by their SHA-1: it may name one by that alone as long as its link's history
 * lasts, which is longer than a run of ours.
 */
export const scriptTextsKey = (task: string): string => `${TASKS_PREFIX}:scripts:${task}`;

/** The scripts that are known from before. */
export async function loadScriptTexts(redis: Redis, task: string): Promise<Map<string, Buffer>> {
  const texts = new Map<string, Buffer>();
  await redis.select(CHECKPOINT_DB);
  let cursor = '0';
  do {
    const [next, page] = await redis.hscanBuffer(scriptTextsKey(task), cursor, 'COUNT', SCAN_COUNT);
    for (let i = 0; i + 1 < page.length; i += 2) texts.set(String(page[i]), page[i + 1]!);
    cursor = String(next);
  } while (cursor !== '0');
  return texts;
}

/** A source that sends a snapshot sends every script anew that it names afterwards. */
export async function forgetScriptTexts(redis: Redis, task: string): Promise<void> {
  await redis.select(CHECKPOINT_DB);
  await redis.del(scriptTextsKey(task));
}
