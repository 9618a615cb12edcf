import type { DatabasePair } from '../../../../shared/model/database-map.ts';
import type { Endpoint } from '../../../../shared/model/endpoint.ts';
import type { CheckedKey, Finding } from '../../../../shared/model/comparison.ts';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { DatabaseChoice } from '../../commands/database-choice.ts';
import type { World } from '../../world/world.ts';
import { sleep } from '../../world/clock.ts';
import { throwIfAborted } from '../throw-if-aborted.ts';
import { withBoth } from '../open-both.ts';
import { comparePage } from '../page-comparer.ts';
import { RecheckQueue } from '../recheck-queue.ts';
import { SlotRoutes } from '../slot-routes.ts';
import { findCheckpoints } from '../checkpoints-there.ts';
import { latenessOf } from '../target-lateness.ts';
import { TargetProgress } from '../target-progress.ts';

const PAGE_KEYS = 500;

export interface CheckKeysOptions {
  readonly world: World;
  readonly source: Endpoint;
  readonly target: Endpoint;
  /** See CompareOptions. */
  readonly databases?: readonly number[] | undefined;
  readonly databaseMap?: readonly DatabasePair[] | undefined;
  /** `db` by its number on the target. */
  readonly keys: readonly { readonly db: number; readonly key: Buffer }[];
  readonly signal?: AbortSignal | undefined;
}

/**
 * Compares these keys alone, as a comparison does: what differs is read again before it counts.
 * @throws LockstepError as `compareServers` does; KEY_UNSETTLED where a slot does not stand still
 */
export async function checkKeys(options: CheckKeysOptions): Promise<CheckedKey[]> {
  const { keys, signal } = options;
  return withBoth(options, async (source, target) => {
    const tasks = await findCheckpoints(target.servers());
    target.useLateness(latenessOf(tasks));
    const progress = new TargetProgress({ source, target, tasks });
    const routes = new SlotRoutes(source, target);
    const choice = DatabaseChoice.of(options);
    const checked: CheckedKey[] = [];
    for (const db of new Set(keys.map((key) => key.db))) {
      const there = await Promise.all([source.select(choice.sourceDb(db)), target.select(db)]);
      if (!there.every(Boolean))
        throw new LockstepError('KEY_UNSETTLED', `one of the servers has no database ${db} any more`);
      const names = keys.filter((key) => key.db === db).map(({ key }) => key);
      const findings = await settle(routes, names, progress, signal);
      for (const key of names)
        checked.push({
          ...{ db, key: key.toString('base64') },
          finding: findings.get(key.toString('latin1')) ?? null,
        });
    }
    return checked;
  });
}

/** Of each key that differs for good how it does, by its name in latin1. */
async function settle(
  routes: SlotRoutes,
  names: readonly Buffer[],
  progress: TargetProgress,
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<string, Finding>> {
  const { clock } = routes.source;
  const queue = new RecheckQueue(
    () => clock.monotonicMs(),
    () => progress.caughtUpToMs,
  );
  const found = new Map<string, Finding>();
  await eachPage(routes, names, signal, (key, finding) => finding && queue.add(key));
  while (queue.size > 0) {
    await sleep(clock, queue.pauseMs());
    await progress.look();
    await eachPage(routes, queue.due(PAGE_KEYS), signal, (key, finding) => {
      if (queue.settle(key, finding) && finding) found.set(key.toString('latin1'), finding);
    });
  }
  return found;
}

async function eachPage(
  routes: SlotRoutes,
  names: readonly Buffer[],
  signal: AbortSignal | undefined,
  take: (key: Buffer, finding: Finding | undefined) => void,
): Promise<void> {
  for (let at = 0; at < names.length; at += PAGE_KEYS) {
    throwIfAborted(signal);
    const page = names.slice(at, at + PAGE_KEYS);
    let read = 0;
    await routes.each(page, true, comparePage, ({ findings }, of) => {
      read += of.length;
      of.forEach((key, i) => take(key, findings[i]));
    });
    if (read < page.length) throw new LockstepError('KEY_UNSETTLED', 'a slot does not stand still');
  }
}
