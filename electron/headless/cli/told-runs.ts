import type { EngineEvent } from '../../../shared/contract/engine-messages.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import { parseListenAddress } from '../metrics/listen-address.ts';
import { packageVersion } from '../package-version.ts';

/** What `sync` passes on to whoever scrapes it. */
export interface ToldRuns {
  /** Of the run of the spec with this index. */
  event(index: number, event: EngineEvent): void;
  /** It has ended with an error. */
  failed(index: number): void;
  /** It stands by, and whether it could look at the target just now. */
  waiting(reached: boolean): void;
  /** It does no longer. */
  begins(): void;
  close(): void;
}

const ignore = (): void => undefined;
const NOBODY: ToldRuns = {
  event: ignore,
  failed: ignore,
  waiting: ignore,
  begins: ignore,
  close: ignore,
};

/** Tells metrics and health of these runs, where an address for that was given. @throws LockstepError USAGE, PORT_TAKEN */
export async function tellRuns(address: string | undefined, specs: readonly TaskSpec[]): Promise<ToldRuns> {
  if (address === undefined) return NOBODY;
  const listen = parseListenAddress(address, '--metrics');
  // Only here: most runs are not scraped, and reading it takes time.
  const [{ FollowedRun }, { healthOf, healthOfWaiting }, { startMetricsServer }] = await Promise.all([
    import('../metrics/followed-run.ts'),
    import('../metrics/health.ts'),
    import('../metrics/metrics-server.ts'),
  ]);
  const runs = specs.map((spec) => new FollowedRun(spec, Date.now()));
  let standing: { readonly reached: boolean } | undefined;
  const tasks = () => runs.map((run) => run.measured(Date.now()));
  const server = await startMetricsServer({
    ...{ listen, version: packageVersion(), tasks },
    health: () => (standing ? healthOfWaiting(standing.reached) : healthOf(tasks(), Date.now())),
  });
  return {
    event: (index, event) => runs[index]?.event(event, Date.now()),
    failed: (index) => runs[index]?.failed(Date.now()),
    waiting: (reached) => {
      standing = { reached };
      for (const run of runs) run.waits(Date.now());
    },
    begins: () => {
      standing = undefined;
      for (const run of runs) run.begins(Date.now());
    },
    close: () => server.close(),
  };
}
