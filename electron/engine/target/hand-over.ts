import type { Redis } from 'ioredis';
import { keepsExpired, nextExpiryState } from '../../../shared/model/expiry-machine.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { readCheckpoint } from '../checkpoint/claim.ts';
import type { Guarding } from '../checkpoint/guarded-node.ts';
import type { DatabaseChoice } from '../commands/database-choice.ts';
import { straightenCarried } from '../expiry/carried-times.ts';
import { latestNowMs, walkExpiry } from '../expiry/expiry-walk.ts';
import { mayHaveLost } from '../expiry/hold-expiry.ts';
import { noteExpiry } from '../expiry/note-expiry.ts';
import { asImportSource } from '../control/import-mode.ts';
import { endImport } from './target-import.ts';
import { noteHandOver, writesSinceHandOver } from './handed-over.ts';
import type { Clock } from '../world/clock.ts';

export interface HandOverOptions {
  readonly clock: Clock;
  /** A connection that nothing else uses meanwhile, to where the checkpoint lies. */
  readonly redis: Redis;
  /** The other servers of the target. */
  readonly others: readonly Redis[];
  readonly guarding: Guarding;
  readonly task: string;
  /** The task's checkpoint, which this process owns, as far as it knows it. */
  readonly checkpoint: Checkpoint;
  readonly databases: DatabaseChoice;
  readonly scripts: boolean;
  /** What nodes of a cluster have been given by others is compared with this; undefined where the source can't be asked. */
  readonly source?: Redis | undefined;
}

/**
 * Makes every expiry on the target exact, so that it can be used in the source's place, and notes in the checkpoint what a
 * later run must know of it. Safe to be cut short and repeated. @returns how many times were late
 */
export async function handOver(options: HandOverOptions): Promise<number> {
  const { clock, redis, others, guarding, task, databases, scripts } = options;
  // A batch that was under way when the stream was left may stand by now, and it may have come late.
  const present = await readCheckpoint(redis, task);
  let checkpoint = present?.owner === options.checkpoint.owner ? present : options.checkpoint;
  // What others wrote before this run ends without having gone on is not to be forgotten with it.
  const untouched = (await writesSinceHandOver([redis, ...others], checkpoint)) === 'none';
  const before = checkpoint;
  const imported = keepsExpired(checkpoint.expiry);
  // Noted first: if this is cut short, the next run knows that some expiry may be exact already.
  checkpoint = await noteExpiry(
    redis,
    task,
    checkpoint,
    {
      // A page of an earlier walk that is still on its way changes nothing any more.
      epoch: checkpoint.epoch + 1,
      expiry: nextExpiryState(checkpoint.expiry, 'release'),
      releasedAtMs: clock.now(),
      earliestExpiryMs: 1,
    },
    scripts,
  );
  const guarded = await guarding(checkpoint);
  const { nodes } = guarded;
  checkpoint = guarded.checkpoint;
  const lost = mayHaveLost(before, await latestNowMs(nodes));
  // What has expired and has not been deleted is seen, and noted as the first that came due.
  if (imported) await asImportSource(redis);
  const { source } = options;
  const clustered = nodes.some((node) => node.clustered);
  // Where nobody can be asked how late they are, none is to be cut by what it may not be late by.
  const carried =
    !source && before.expiry !== 'exact' && nodes.some(({ holds }) => holds && holds.carried.size > 0);
  const walk = { clock, nodes, task, checkpoint, databases, scripts };
  if (carried) await walkExpiry({ ...walk, bound: 'long', carriedOnly: true });
  const straightened =
    source && clustered ? await straightenCarried(nodes, source, task, checkpoint, databases) : 0;
  const walked = await walkExpiry({ ...walk, bound: 'exact' });
  checkpoint = await guarded.madeExact();
  await endImport(redis, task, checkpoint);
  checkpoint = await noteExpiry(
    redis,
    task,
    checkpoint,
    {
      importOurs: false,
      expiry: nextExpiryState(checkpoint.expiry, 'walked'),
      active: false,
      releasedAtMs: walked.beganAtMs,
      // Lost already, or something was still to be repaired.
      earliestExpiryMs: lost ? 1 : walked.earliestExpiryMs,
    },
    scripts,
  );
  // Where there is no room for it, the next run takes it for one that others may have written to.
  if (untouched) await noteHandOver([redis, ...others], task, checkpoint).catch(() => undefined);
  return straightened + walked.keys;
}
