import { isActive } from '../../shared/model/task-view.ts';
import type { AppInfo, RequestName, RequestResult } from '../../shared/contract/api.ts';
import type { ValidParams } from './api.ts';
import type { Alerts } from './alerts/alerts.ts';
import type { ComparedServers, Comparisons } from './comparisons/comparisons.ts';
import type { DailyComparisons } from './comparisons/daily-comparisons.ts';
import { createCopyOf } from './drafts/copied-draft.ts';
import type { Drafts } from './drafts/drafts.ts';
import { createJoining } from './drafts/joining-draft.ts';
import type { StartEngine } from './engine-process.ts';
import { testConnection } from './jobs/connection-test.ts';
import type { KeyRepairs } from './keys/key-repairs.ts';
import { readKey } from './keys/read-key.ts';
import type { Notices } from './notices/notices.ts';
import type { BackendPorts } from './ports.ts';
import type { Prechecks } from './prechecks/prechecks.ts';
import { importTasks } from './profiles/import-tasks.ts';
import { printReport } from './rehearsals/print-report.ts';
import { createRehearsalBeside } from './rehearsals/rehearsal-draft.ts';
import { createWayBack } from './rehearsals/way-back.ts';
import type { Rehearsals } from './rehearsals/rehearsals.ts';
import type { Sandboxes } from './sandbox/sandboxes.ts';
import type { SecretVault } from './secrets/secret-vault.ts';
import { importServers } from './servers/import-servers.ts';
import type { ProductionGuard } from './servers/production-guard.ts';
import { lookAtServer } from './servers/look-at-server.ts';
import type { Servers } from './servers/servers.ts';
import { saveServer, takeServer } from './servers/take-server.ts';
import { rehearsedAct } from './servers/rehearsed-act.ts';
import { changeSettings } from './settings/change-settings.ts';
import type { SettingsStore } from './settings/settings.ts';
import { createTasks } from './tasks/create-tasks.ts';
import { lookAhead } from './tasks/look-ahead.ts';
import type { Task } from './tasks/task.ts';
import type { Tasks } from './tasks/tasks.ts';

/** The services that requests are answered by. */
export interface Services {
  readonly ports: BackendPorts;
  readonly startEngine: StartEngine;
  readonly notices: Notices;
  readonly settings: SettingsStore;
  readonly alerts: Pick<Alerts, 'state' | 'change' | 'test'>;
  readonly vault: SecretVault;
  readonly servers: Servers;
  readonly guard: ProductionGuard;
  readonly drafts: Drafts;
  readonly prechecks: Prechecks;
  readonly tasks: Tasks;
  readonly comparisons: Comparisons;
  readonly dailyComparisons: Pick<DailyComparisons, 'set'>;
  readonly sandboxes: Sandboxes;
  readonly repairs: KeyRepairs;
  readonly rehearsals: Rehearsals;
  /** See ComparisonsOptions. */
  readonly serversOf: (ownerId: string) => ComparedServers;
}

export type Handlers = {
  readonly [N in RequestName]: (params: ValidParams<N>) => RequestResult<N> | Promise<RequestResult<N>>;
};

/** Which service answers which request. */
export function createHandlers(services: Services): Handlers {
  const {
    ports,
    notices,
    settings,
    alerts,
    vault,
    servers,
    guard,
    drafts,
    prechecks,
    tasks,
    comparisons,
    dailyComparisons,
    sandboxes,
    repairs,
    rehearsals,
  } = services;
  const viewAfter = (id: string, act: (task: Task) => void): RequestResult<'task.start'> => {
    const task = tasks.get(id);
    act(task);
    return task.view();
  };
  /** @throws LockstepError NOT_FOUND */
  const requireOwner = (id: string): string => (tasks.has(id) ? id : drafts.get(id).id);
  return {
    'app.info': () => appInfo(services),
    'app.dismissNotice': ({ id }) => {
      notices.dismiss(id);
      return {};
    },
    'settings.change': (changes) => changeSettings(changes, settings, vault),
    'alerts.state': () => alerts.state,
    'alerts.change': ({ settings: changed, webhook }) => alerts.change(changed, webhook),
    'alerts.test': () => alerts.test(),
    'connection.test': (params) => testConnection(params, vault, services.startEngine),

    'server.list': () => servers.list(),
    'server.save': (params) => saveServer(params, services),
    'server.delete': ({ id }) => {
      servers.delete(id);
      return {};
    },
    'server.look': ({ id }) => lookAtServer(id, services),
    'server.take': (params) => takeServer(params, services),
    'server.import': ({ text }) => importServers(text, servers),

    'draft.list': () => drafts.list(),
    'draft.create': ({ beside, purpose = 'synchronise', wayBackOf, copyOf }) => {
      if (wayBackOf !== undefined) return createWayBack(wayBackOf, services);
      if (copyOf !== undefined) return createCopyOf(copyOf, services);
      if (beside === undefined) return drafts.create((empty) => ({ ...empty, purpose }));
      return purpose === 'rehearse'
        ? createRehearsalBeside(beside, services)
        : createJoining(beside, services);
    },
    'draft.save': ({ draft, secrets }) => drafts.save(draft, secrets),
    'draft.delete': async ({ id }) => {
      rehearsals.requireIdle(id);
      await drafts.delete(id);
      return {};
    },

    'precheck.run': ({ draftId, targetId, only }) => prechecks.start(draftId, targetId, only),
    'precheck.state': ({ draftId, targetId }) => prechecks.state(draftId, targetId),
    'precheck.ignore': ({ draftId, targetId, check, ignored }) =>
      prechecks.ignore(draftId, targetId, check, ignored),

    'task.create': async (params) => {
      if (params.start) guard.require('start', params.draftId, params.confirmed);
      return { taskIds: await createTasks(params, services) };
    },
    'task.list': () => tasks.list(),
    'task.import': ({ tasks: exported }) => importTasks(exported, services, Date.now()),
    'task.start': ({ id, confirmed }) =>
      viewAfter(id, (task) => {
        guard.require('start', id, confirmed);
        rehearsals.requireIdle(id);
        sandboxes.requireServers(task.profile);
        task.start();
      }),
    'task.copyAgain': ({ id, confirmed }) =>
      viewAfter(id, (task) => {
        guard.require('copy-again', id, confirmed);
        rehearsals.requireIdle(id);
        sandboxes.requireServers(task.profile);
        task.copyAgain();
      }),
    'task.outlook': (params) => lookAhead(tasks.specAfter(params), services.startEngine),
    'task.pause': ({ id }) =>
      viewAfter(id, (task) => {
        rehearsals.requireIdle(id);
        task.pause();
      }),
    'task.resume': ({ id }) => viewAfter(id, (task) => task.resume()),
    'task.answer': ({ id, question, agreed, confirmed }) =>
      viewAfter(id, (task) => {
        if (agreed) guard.require('shrink', id, confirmed);
        task.answer(question, agreed);
      }),
    'task.stop': ({ id }) =>
      viewAfter(id, (task) => {
        rehearsals.requireIdle(id);
        task.stop();
      }),
    'task.release': ({ id }) =>
      viewAfter(id, (task) => {
        rehearsals.requireIdle(id);
        task.release();
      }),
    'task.delete': async ({ id }) => {
      rehearsals.requireIdle(id);
      tasks.remove(id);
      rehearsals.forget(id);
      comparisons.forget(id);
      repairs.forget(id);
      await sandboxes.stopServersOf(id);
      return {};
    },
    'task.edit': (params) => {
      rehearsals.requireIdle(params.id);
      const { target } = params.changes;
      // One that is paused goes there at once.
      if (target && isActive(tasks.get(params.id).view().state))
        guard.requireTarget('readdress', target, params.confirmed);
      return tasks.edit(params);
    },
    'task.leaveGroup': ({ id }) => viewAfter(id, (task) => task.leaveGroup()),
    'task.declineResume': ({ id }) => viewAfter(id, (task) => task.declineResume()),
    'task.history': ({ id, db, ...window }) => tasks.get(id).history.points(window, db, Date.now()),
    'task.activity': ({ id }) => ({ ...tasks.get(id).history.activity, nowMs: Date.now() }),
    'task.events': ({ id, before, limit }) => tasks.get(id).log.newest(limit, before),

    'comparison.start': ({ id, choice, confirmed }) => {
      if ((choice?.level ?? 'values') === 'values') guard.require('compare-values', id, confirmed);
      return comparisons.start(id, choice);
    },
    'comparison.cancel': ({ id }) => comparisons.cancel(requireOwner(id)),
    'comparison.daily': ({ id, daily, confirmed }) => {
      if (daily?.level === 'values') guard.require('compare-values', id, confirmed);
      dailyComparisons.set(id, daily);
      return tasks.get(id).view();
    },
    'comparison.pause': ({ id, paused }) => comparisons.pause(requireOwner(id), paused),
    'comparison.pace': ({ id, maxKeysPerSecond }) => comparisons.pace(requireOwner(id), maxKeysPerSecond),
    'comparison.state': ({ id }) => comparisons.state(requireOwner(id)),
    'comparison.kept': ({ id }) => comparisons.list(requireOwner(id)),
    'comparison.recheck': ({ id, keys }) => comparisons.recheck(id, keys),
    'key.read': ({ id, ...question }) =>
      readKey(services.serversOf(id).command, question, services.startEngine),
    'task.repair': ({ id, kind, keys, confirmed }) => {
      guard.require(kind === 'remove' ? 'remove' : 'repair', id, confirmed);
      return repairs.start(id, tasks.get(id), kind, keys ?? comparisons.keysToRepair(id, kind));
    },
    'task.repairState': ({ id }) => repairs.state(tasks.get(id).profile.id),
    'comparison.read': ({ id, startedAtMs }) => comparisons.read(requireOwner(id), startedAtMs),

    'rehearsal.start': ({ id, choice, confirmed }) => {
      guard.require('rehearse', id, confirmed);
      if (tasks.has(id)) sandboxes.requireServers(tasks.get(id).profile);
      return rehearsals.start(id, choice);
    },
    'rehearsal.answer': ({ id, question, agreed, confirmed }) => {
      const act = agreed ? rehearsedAct(question) : undefined;
      if (act) guard.require(act, id, confirmed);
      return rehearsals.answer(id, question, agreed);
    },
    'rehearsal.cancel': ({ id }) => rehearsals.cancel(requireOwner(id)),
    'rehearsal.state': ({ id }) => rehearsals.state(requireOwner(id)),
    'rehearsal.kept': ({ id }) => rehearsals.list(requireOwner(id)),
    'rehearsal.read': ({ id, atMs }) => rehearsals.read(requireOwner(id), atMs),
    'rehearsal.print': ({ id, atMs }) => printReport(rehearsals.read(requireOwner(id), atMs), ports),
    'rehearsal.keep': ({ id }) => ({ taskId: rehearsals.keepAsTask(id) }),

    'sandbox.start': async ({ kind }) => ({ taskId: await sandboxes.start(kind) }),
  };
}

const appInfo = ({ ports, notices, settings }: Services): AppInfo => ({
  version: ports.version,
  host: ports.host,
  platform: ports.platform,
  secrets: ports.secretBox ? 'keychain' : 'none',
  defaultSpoolDir: ports.defaultSpoolDir,
  canSandbox: ports.startSandbox !== undefined,
  canPrint: ports.printPage !== undefined,
  notices: [...notices.all],
  settings: settings.current,
});
