import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { loadScriptTexts } from '../checkpoint/script-texts.ts';
import { EFFECTS_ONLY_VERSION } from '../pipeline/held-scripts.ts';
import { loadKeptGuard } from '../pipeline/load-kept-guard.ts';
import type { TargetGround } from '../target/target-ground.ts';
import type { ClaimedGround } from './ground-claims.ts';
import type { StreamRunOptions } from './stream-run-options.ts';

/**
 * What a run has to know of what the target keeps for the task: the names that stood there before it, and the scripts of the source.
 * @returns undefined where the names are lost
 */
export async function readBeforehand(
  { spec, databases, servers }: TargetGround,
  { redis, cluster, slots }: ClaimedGround,
  checkpoint: Checkpoint,
): Promise<Pick<StreamRunOptions, 'guard' | 'scriptTexts' | 'sourceVersion'> | undefined> {
  const guard = checkpoint.kept
    ? await loadKeptGuard({
        ...{ redis, nodes: cluster?.nodes, task: spec.task, checkpoint, slots },
        ...{ databases, table: servers.table },
      })
    : undefined;
  if (guard === 'lost') return undefined;
  const sourceVersion = servers.facts.source.abilities.version;
  const scriptTexts =
    sourceVersion < EFFECTS_ONLY_VERSION
      ? await loadScriptTexts(redis, spec.task)
      : new Map<string, Buffer>();
  return { guard, scriptTexts, sourceVersion };
}
