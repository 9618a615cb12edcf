import type { ChainableCommander, Redis } from 'ioredis';
import { repliesOf } from './replies-of.ts';

/**
 * What commands are answered in a database, with the connection in database 0 again behind them: they go out in one piece, since others use
 * the connection to a node of a cluster, and find it in that one. @throws the first answer that is an error
 */
export async function inDatabase(
  redis: Redis,
  db: number,
  ask: (pipeline: ChainableCommander) => unknown,
): Promise<unknown[]> {
  const pipeline = redis.pipeline();
  pipeline.select(db);
  ask(pipeline);
  pipeline.select(0);
  return (await repliesOf(pipeline)).slice(1, -1);
}
