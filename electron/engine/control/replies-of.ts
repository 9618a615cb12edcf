import type { ChainableCommander } from 'ioredis';

/** What the commands of a pipeline were answered. @throws the first that is an error */
export async function repliesOf(pipeline: ChainableCommander): Promise<unknown[]> {
  const replies = await pipeline.exec();
  if (!replies) throw new Error('the commands were not answered');
  return replies.map(([error, reply]) => {
    if (error) throw error;
    return reply;
  });
}
