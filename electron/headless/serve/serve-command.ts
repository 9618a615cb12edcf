import path from 'node:path';
import { EXIT } from '../../../shared/errors/catalogue.ts';
import { createBackend } from '../../backend/backend.ts';
import { makeOwnerOnlyFolder } from '../../backend/owner-only.ts';
import { forkEngine } from '../fork-engine.ts';
import type { Health } from '../metrics/health.ts';
import type { MeasuredTask } from '../metrics/measured-task.ts';
import { startMetricsServer, type MetricsServer } from '../metrics/metrics-server.ts';
import { viewedTask } from '../metrics/viewed-task.ts';
import { packageVersion } from '../package-version.ts';
import { sandboxPort } from '../fork-sandbox.ts';
import { leaveAccess } from './access-files.ts';
import { startBrowserHost } from './browser-host.ts';
import { confStores } from './conf-store.ts';
import { environmentSecrets } from './environment-secrets.ts';
import { HostToken } from './host-token.ts';
import { lockFolder } from './instance-lock.ts';
import { serveOptionsOf, type ServeFlags } from './serve-options.ts';
import { ServeTerminal } from './serve-terminal.ts';
import { untilAskedToEnd } from './until-asked-to-end.ts';

/** dist/, beside the folder that this file is built into. */
const DIST = path.resolve(import.meta.dirname, '..');

/** It is well as long as it answers: of what its tasks do no scheduler has to decide. */
const health = (): Health => ({ live: true, ready: true, text: 'lockstep serve' });

/** Serves the page until it is asked to end. @returns the exit status; @throws LockstepError */
export async function serveCommand(flags: ServeFlags): Promise<number> {
  const { address, ports, dataFolder, sharedFolder, metrics } = serveOptionsOf(flags, process.env);
  makeOwnerOnlyFolder(dataFolder);
  const unlock = lockFolder(dataFolder);
  const version = packageVersion();
  const terminal = new ServeTerminal(process.stdin, process.stdout, process.stderr);
  const reportFault = (error: unknown, during: string): void => terminal.fault(error, during);
  try {
    const backend = await createBackend({
      host: 'browser',
      version,
      platform: process.platform,
      startEngine: forkEngine,
      openStore: confStores(dataFolder),
      dataDir: dataFolder,
      sharedDir: sharedFolder,
      secretBox: undefined,
      givenSecrets: (id, side) => environmentSecrets(process.env, id, side),
      defaultSpoolDir: path.join(dataFolder, 'spool'),
      startSandbox: sandboxPort(),
      printPage: undefined,
      notify: ({ title, body }) => terminal.line(`${title}: ${body}`),
    });
    let told: MetricsServer | undefined;
    try {
      const token = new HostToken();
      const tasks = async (): Promise<MeasuredTask[]> =>
        (await backend.request('task.list', {})).map((view) => viewedTask(view, Date.now()));
      // First: where it cannot listen, nothing else does that would have to be ended.
      told = metrics && (await startMetricsServer({ listen: metrics, version, tasks, health }));
      const host = await startBrowserHost({
        api: backend,
        token,
        measured: { version, tasks },
        pageFolder: path.join(DIST, 'renderer'),
        address,
        ports,
        reportFault,
      });
      const takeAccess = leaveAccess(dataFolder, { origin: host.origin, token: token.text });
      terminal.greet(host, address);
      await untilAskedToEnd(terminal.isTerminal, () => terminal.farewell(backend.activeTasks().length));
      takeAccess();
      await host.close();
    } finally {
      told?.close();
      await backend.close();
    }
    return EXIT.ok;
  } finally {
    terminal.end();
    unlock();
  }
}
