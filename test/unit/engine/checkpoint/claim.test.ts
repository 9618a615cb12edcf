import type { Redis } from 'ioredis';
import { expect, it } from 'vitest';
import { checkpointFields } from '../../../../electron/engine/checkpoint/checkpoint.ts';
import { amendCheckpoint } from '../../../../electron/engine/checkpoint/claim.ts';
import { checkpointWith } from '../../../support/target/checkpoints.ts';

it('a transaction that breaks off is told as that, though the error has itself among those before it', async () => {
  const ours = checkpointWith();
  const broken: Error & { previousErrors?: Error[] } = new Error('Command aborted due to connection close');
  broken.previousErrors = [broken];
  const fields = checkpointFields(ours);
  const hash = Object.fromEntries(
    fields.flatMap((field, i) => (i % 2 === 0 ? [[field, fields[i + 1]]] : [])),
  );
  const writing = { hmset: () => writing, exec: () => Promise.reject(broken) };
  const nothing = (): Promise<void> => Promise.resolve();
  const redis: unknown = {
    ...{ select: nothing, watch: nothing, unwatch: nothing },
    hgetall: () => Promise.resolve(hash),
    multi: () => writing,
  };
  await expect(amendCheckpoint(redis as Redis, 'orders', ours, (present) => present)).rejects.toBe(broken);
});
