import type { Redis } from 'ioredis';

/** Copies every key of every database, and the functions, by DUMP and RESTORE: a copy that no code under test made. */
export async function copyKeys(source: Redis, target: Redis): Promise<void> {
  const info = await source.info('keyspace');
  for (const match of info.matchAll(/^db(\d+):/gm)) {
    const db = Number(match[1]);
    await Promise.all([source.select(db), target.select(db)]);
    await copyDatabase(source, target);
  }
  if ((await hasFunctions(source)) && (await hasFunctions(target))) {
    const functions = await source.callBuffer('FUNCTION', 'DUMP');
    await target.call('FUNCTION', 'RESTORE', functions as Buffer, 'REPLACE');
  }
}

async function hasFunctions(server: Redis): Promise<boolean> {
  return Array.isArray(((await server.call('COMMAND', 'INFO', 'function')) as unknown[])[0]);
}

async function copyDatabase(source: Redis, target: Redis): Promise<void> {
  let cursor = '0';
  do {
    const [next, keys] = await source.scanBuffer(cursor, 'COUNT', 500);
    cursor = next.toString();
    const reads = source.pipeline();
    for (const key of keys) {
      reads.pttl(key);
      reads.dumpBuffer(key);
    }
    const replies = (await reads.exec())!;
    const writes = target.pipeline();
    keys.forEach((key, i) => {
      const ttlMs = replies[2 * i]![1] as number;
      const dump = replies[2 * i + 1]![1] as Buffer | null;
      if (dump) writes.restore(key, Math.max(0, ttlMs), dump, 'REPLACE');
    });
    for (const [error] of (await writes.exec())!) if (error) throw error;
  } while (cursor !== '0');
}
