import { writtenBound } from '../../../shared/model/expiry-machine.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { findOwnKeys, type OwnKeys } from '../checkpoint/find-own-keys.ts';
import { flushedKeys } from '../claim/flushed-keys.ts';
import { coded } from '../control/control-connection.ts';
import { takesPayloadsOf } from '../control/server-facts.ts';
import { Lateness } from '../expiry/late-expiry.ts';
import type { Servers } from '../target/servers.ts';
import type { TargetGround } from '../target/target-ground.ts';
import type { BatchLine } from './batch-line.ts';
import type { StreamRunOptions } from './stream-run-options.ts';
import { StreamRun } from './stream-run.ts';

/** What a run goes by beside what it stands on, and whom it tells. */
export type StreamRunSetting = Pick<
  StreamRunOptions,
  | 'judgement'
  | 'guard'
  | 'repair'
  | 'scriptTexts'
  | 'sourceVersion'
  | 'datedGap'
  | 'slots'
  | 'beginsAnew'
  | 'onCommitted'
  | 'onAway'
  | 'onUndated'
  | 'onStill'
  | 'onError'
>;

/** A run of the stream over this way to the target, from a checkpoint on. */
export function makeStreamRun(
  ground: TargetGround,
  way: BatchLine,
  checkpoint: Checkpoint,
  setting: StreamRunSetting,
): StreamRun {
  const { world, spec, servers, feed, databases, arena, pace, evictions, leftOut, crashes, part } = ground;
  const { source, target } = servers.facts;
  const { abilities } = target;
  const lateness = new Lateness(
    writtenBound(checkpoint.expiry),
    checkpoint.amounts,
    servers.targetNowMs(),
    abilities.scripts,
  );
  const { makeWriter } = way;
  return new StreamRun(
    {
      ...setting,
      time: world.clock,
      task: spec.task,
      feed,
      databases,
      table: servers.table,
      abilities,
      lateness,
      targetNowMs: () => servers.targetNowMs(),
      payloadsFit: takesPayloadsOf(source, target),
      flushConsented: spec.onFlush === 'apply',
      leftOut,
      bringsLibraries: part?.leads ?? true,
      arena,
      flushAllowed: spec.onFlush === 'apply' || !checkpoint.kept,
      singlyUntil: crashes.streamUntil,
      makeWriter,
      pace,
      findOwnKeys: (asked) => ownKeys(servers, asked),
      flushedKeys: (flushed) => flushedKeys(ground, flushed, setting.slots!),
      evictions,
    },
    way.line,
    checkpoint,
  );
}

/** Over a connection of its own, since databases are selected on it. @throws LockstepError */
async function ownKeys(servers: Servers, databases: readonly number[] | 'all'): Promise<OwnKeys> {
  // Those of a cluster are found by whoever flushes its nodes.
  if (servers.cluster) return new Map();
  const redis = await servers.openTargetApart();
  try {
    return await coded('target', servers.at.target, () => findOwnKeys(redis, databases));
  } finally {
    redis.disconnect();
  }
}
