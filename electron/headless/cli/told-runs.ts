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
  close(): void;
}

const NOBODY: ToldRuns = { event: () => undefined, failed: () => undefined, close: () => undefined };

/** Tells metrics and health of these runs, where an address for that was given. @throws LockstepError USAGE, PORT_TAKEN */
export async function tellRuns(address: string | undefined, specs: readonly TaskSpec[]): Promise<ToldRuns> {
  if (address === undefined) return NOBODY;
  const listen = parseListenAddress(address, '--metrics');
  // Only here: most runs are not scraped, and reading it takes time.
  const [{ FollowedRun }, { healthOf }, { startMetricsServer }] = await Promise.all([
    import('../metrics/followed-run.ts'),
    import('../metrics/health.ts'),
    import('../metrics/metrics-server.ts'),
  ]);
  const runs = specs.map((spec) => new FollowedRun(spec, Date.now()));
  const tasks = () => runs.map((run) => run.measured(Date.now()));
  const server = await startMetricsServer({
    ...{ listen, version: packageVersion(), tasks },
    health: () => healthOf(tasks(), Date.now()),
  });
  return {
    event: (index, event) => runs[index]?.event(event, Date.now()),
    failed: (index) => runs[index]?.failed(Date.now()),
    close: () => server.close(),
  };
}
