import { isQuiet, minuteOf } from '../../shared/alerts/judge-alerts.ts';
import type { RequestName } from '../../shared/contract/api.ts';
import { LockstepError } from '../../shared/errors/lockstep-error.ts';
import type { TaskView } from '../../shared/model/task-view.ts';
import type { Api, ValidParams } from './api.ts';
import { AlertStore, ALERTS_OWNER } from './alerts/alert-store.ts';
import { Alerts } from './alerts/alerts.ts';
import { AppEvents } from './app-events.ts';
import { comparedServers } from './comparisons/compared-servers.ts';
import { Comparisons } from './comparisons/comparisons.ts';
import { DailyComparisons } from './comparisons/daily-comparisons.ts';
import { KeptComparisons } from './comparisons/kept-comparisons.ts';
import { Drafts } from './drafts/drafts.ts';
import { recordComparison } from './comparisons/record-comparison.ts';
import { createHandlers } from './handlers.ts';
import { EngineRoster } from './jobs/engine-roster.ts';
import { KeyRepairs } from './keys/key-repairs.ts';
import { Notices } from './notices/notices.ts';
import type { BackendPorts } from './ports.ts';
import { Prechecks } from './prechecks/prechecks.ts';
import { giveSecrets } from './profiles/give-secrets.ts';
import { canKeep, keepAsTask } from './rehearsals/keep-as-task.ts';
import { openKeptReports } from './rehearsals/kept-reports.ts';
import { rehearse } from './rehearsals/rehearse.ts';
import { PairReports } from './rehearsals/pair-reports.ts';
import { betweenOf, rehearsedPair } from './rehearsals/rehearsed-pair.ts';
import { Rehearsals } from './rehearsals/rehearsals.ts';
import { Sandboxes } from './sandbox/sandboxes.ts';
import { SecretVault } from './secrets/secret-vault.ts';
import { openSecretsDocument } from './secrets/secrets-document.ts';
import { ProductionGuard } from './servers/production-guard.ts';
import { Servers } from './servers/servers.ts';
import { SettingsStore } from './settings/settings.ts';
import { Tasks } from './tasks/tasks.ts';

/** The application without its host: everything that a page may ask for, and what it owns meanwhile. */
export interface Backend extends Api {
  /** The tasks for which an engine works now. */
  activeTasks(): readonly TaskView[];
  /** How many rehearsals are under way. */
  rehearsals(): number;
  /** The computer goes to sleep, and wakes: what that breaks is no fault. */
  sleeps(): void;
  wakes(): void;
  /** Every task, for who shows them without a page. */
  tasks(): readonly TaskView[];
  /** Ends all engines within 15 s and stores what is still to be stored. What was wanted of the tasks stays as it is. */
  close(): Promise<void>;
}

/** Opens the stores and goes on where the application ended. A file that cannot be used is kept aside and told as a notice. */
export async function createBackend(ports: BackendPorts): Promise<Backend> {
  const events = new AppEvents();
  const { emit } = events;
  const notices = new Notices(emit);
  const roster = new EngineRoster(ports.startEngine);
  const { startEngine, startJob } = roster;
  const settings = new SettingsStore(ports.openStore, notices, emit);
  const vault = new SecretVault({
    document: openSecretsDocument(ports.openStore, notices),
    box: ports.secretBox,
    notices,
    keepInFile: settings.current.keepSecretsInFile,
  });
  const servers = new Servers({ openStore: ports.openStore, notices, vault, emit });
  const alertStore = new AlertStore(ports.openStore, notices, vault);
  const repairs = new KeyRepairs(emit);
  const tasks = new Tasks({
    ...{ ports: { ...ports, startEngine }, notices, emit, vault, settings, repairs },
    isQuiet: () => isQuiet(alertStore.settings.quiet, minuteOf(Date.now())),
  });
  const prechecks = new Prechecks({
    drafts: () => drafts,
    vault,
    startEngine: startJob,
    defaultSpoolDir: ports.defaultSpoolDir,
    emit,
  });
  const drafts: Drafts = new Drafts({
    openStore: ports.openStore,
    notices,
    vault,
    onChange: (id, draft, changedSecrets) => {
      prechecks.draftChanged(id, draft, changedSecrets);
      if (draft) return;
      comparisons.forget(id);
      rehearsals.forget(id);
    },
  });
  const kept = new KeptComparisons(ports.dataDir);
  const comparisons: Comparisons = new Comparisons({
    startEngine: startJob,
    emit,
    onState: (state) => {
      recordComparison(tasks, state);
      dailyComparisons.changed(state);
    },
    // Of two servers without a task nothing else is judged by it.
    onCompared: (id, compared) => void (tasks.has(id) && tasks.get(id).wasCompared(compared)),
    serversOf: (id) => comparedServers(id, { tasks, drafts, vault }),
    ...{ kept, notices },
  });
  const dailyComparisons = new DailyComparisons({ tasks, comparisons });
  const owners = { tasks, drafts, vault, defaultSpoolDir: ports.defaultSpoolDir };
  const keptReports = openKeptReports(ports.dataDir);
  const rehearsals: Rehearsals = new Rehearsals({
    ...{ startEngine: startJob, version: ports.version, emit, rehearse, notices, kept: keptReports },
    pairs: new PairReports(ports.sharedDir),
    betweenOf: (id) => betweenOf(id, owners),
    pairOf: (id, choice) => rehearsedPair(id, choice, owners),
    canKeep: (id, report) => canKeep(id, report, owners),
    keepAsTask: (id, report) => keepAsTask(id, report, owners),
  });
  const sandboxes = new Sandboxes({ startSandbox: ports.startSandbox, tasks, vault });

  const alerts = new Alerts({
    tasks: () => tasks.list(),
    store: alertStore,
    notify: ports.notify,
    notifies: () => settings.current.notifications,
    emit,
  });
  const handlers = createHandlers({
    ...{ ports, startEngine: startJob, notices, settings, vault, servers },
    guard: new ProductionGuard({ servers, tasks, drafts }),
    alerts,
    ...{ drafts, prechecks, tasks, comparisons, dailyComparisons, sandboxes, repairs, rehearsals },
    serversOf: (id) => comparedServers(id, { tasks, drafts, vault }),
  });

  told(() => {
    // Only when nothing was kept aside: whoever puts a mended file back expects its passwords to be there.
    if (!tasks.whole || !drafts.whole || !servers.whole) return;
    const known = new Set([
      ALERTS_OWNER,
      ...[...tasks.list(), ...drafts.list(), ...servers.all].map(({ id }) => id),
    ]);
    vault.retain((owner) => known.has(owner));
    kept.retain((owner) => known.has(owner));
    keptReports.retain((owner) => known.has(owner));
  });
  told(() => giveSecrets(tasks.list(), ports.givenSecrets, vault));
  told(() => tasks.restore());

  let closing = false;
  return {
    request: async <N extends RequestName>(name: N, params: ValidParams<N>) => {
      // Nothing begins that nobody would end.
      if (closing) throw new LockstepError('HOST_GONE', 'the application is closing');
      return handlers[name](params);
    },
    onEvent: (listener) => events.listen(listener),
    activeTasks: () => tasks.active(),
    tasks: () => tasks.list(),
    sleeps: () => tasks.sleeps(),
    wakes: () => tasks.wakes(),
    rehearsals: () => rehearsals.running,
    close: async () => {
      closing = true;
      prechecks.close();
      dailyComparisons.close();
      alerts.close();
      comparisons.close();
      drafts.close();
      await Promise.all([rehearsals.close(), tasks.close()]);
      roster.close();
      await sandboxes.close();
    },
  };
}

/** A file that cannot be written has been told as a notice, and is no reason not to start. */
function told(step: () => void): void {
  try {
    step();
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error;
  }
}
