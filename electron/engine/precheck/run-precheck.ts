import { CHECK_IDS } from '../../../shared/model/checks.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { plainReason } from '../../../shared/errors/plain-reason.ts';
import type { CheckId, CheckResult } from '../../../shared/model/precheck.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import { CHECK_TABLE } from './check-table.ts';
import { skipped, type Finding } from './finding.ts';
import { offeredMends } from './offered.ts';
import { Subjects } from './subjects.ts';
import type { Clock, Timer } from '../world/clock.ts';
import type { World } from '../world/world.ts';

/** How many checks run side by side. */
const SIDE_BY_SIDE = 4;
const NEED_WRITE_RATE: ReadonlySet<CheckId> = new Set(['source-backlog', 'source-output-buffer']);
/** For one check, from when the connections it needs are open. */
const CHECK_TIMEOUT_MS = 10_000;

export interface PrecheckOptions {
  /** Only these; undefined runs all. */
  readonly only?: readonly CheckId[] | undefined;
  readonly onChecking: (id: CheckId) => void;
  readonly onResult: (result: CheckResult) => void;
  /** Ends the run: connections are closed, and nothing is reported any more. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Looks at both servers and at this machine before a task starts, and writes nothing anywhere. Each check gives one result as
 * soon as it is known, about in the order of the list; one that cannot be made is `skipped`, and the others go on.
 */
export async function runPrecheck(world: World, spec: TaskSpec, options: PrecheckOptions): Promise<void> {
  const { only, signal } = options;
  const { clock } = world;
  const waiting = CHECK_IDS.filter((id) => only === undefined || only.includes(id));
  const subjects = new Subjects(world, spec);
  const aborted = new Promise<void>((resolve) => {
    if (signal?.aborted) resolve();
    signal?.addEventListener('abort', () => resolve(), { once: true });
  });
  const work = async (): Promise<void> => {
    for (let id = waiting.shift(); id !== undefined && !signal?.aborted; id = waiting.shift()) {
      options.onChecking(id);
      const beganMs = clock.monotonicMs();
      const finding = await look(id, subjects);
      const mends = await offeredMends(finding, subjects);
      if (signal?.aborted) return;
      const { status, found } = finding;
      const tookMs = Math.round(clock.monotonicMs() - beganMs);
      options.onResult({ id, status, found, mends, tookMs });
    }
  };
  // First of all, since what the other checks send would be counted.
  if (waiting.some((id) => NEED_WRITE_RATE.has(id))) subjects.measureWrites();
  try {
    // A server that does not answer is not waited for then; what still comes of it is dropped.
    await Promise.race([Promise.all(Array.from({ length: SIDE_BY_SIDE }, work)), aborted]);
  } finally {
    subjects.close();
  }
}

async function look(id: CheckId, subjects: Subjects): Promise<Finding> {
  const { needs, check } = CHECK_TABLE[id];
  for (const side of needs) {
    const server = subjects[side];
    // The first INFO and the round trips come before anything else that a check sends.
    const ready = server.connect().then(() => server.roundTripMs());
    const unreachable = await ready.then(
      () => undefined,
      (error: unknown) => error,
    );
    if (unreachable !== undefined)
      return skipped(`Not looked at, since the ${side} cannot be reached: ${reasonOf(unreachable)}`);
  }
  try {
    return await withinTime(subjects.world.clock, check(subjects));
  } catch (error) {
    return skipped(`It could not be looked at: ${reasonOf(error)}`);
  }
}

function withinTime(clock: Clock, work: Promise<Finding>): Promise<Finding> {
  let timer: Timer | undefined;
  const late = new Promise<Finding>((resolve) => {
    const finding = skipped(
      `It could not be looked at within ${CHECK_TIMEOUT_MS / 1000} s. Run it again when the servers are less busy.`,
    );
    timer = clock.setTimeout(() => resolve(finding), CHECK_TIMEOUT_MS);
  });
  return Promise.race([work, late]).finally(() => clock.clear(timer));
}

function reasonOf(error: unknown): string {
  if (error instanceof LockstepError) {
    return error.code.endsWith('_NO_PERMISSION')
      ? `the user lacks a right (${error.message}).`
      : `${error.entry.title} (${error.message}).`;
  }
  return `${plainReason(error)}.`;
}
