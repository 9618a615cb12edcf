import type {
  AppEvent,
  AppInfo,
  PrecheckState,
  RequestName,
  RequestParams,
  RequestResult,
} from '../../../shared/contract/api.ts';
import { DEFAULT_ALERTS } from '../../../shared/alerts/alert-settings.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { emptyDraft, type Draft } from '../../../shared/model/profile.ts';
import type { ServerView } from '../../../shared/servers/saved-server.ts';
import { viewOf } from '../../../shared/model/endpoint-view.ts';
import { addressOf } from '../../../shared/model/server-address.ts';
import { noRehearsal } from '../../../shared/rehearsal/rehearsal-state.ts';
import type { TaskEvent } from '../../../shared/model/task-event.ts';
import type { TaskView } from '../../../shared/model/task-view.ts';
import { task as aTask } from './fixtures.ts';
import { activityOf } from './task-figures/activity.ts';
import { aReading } from './key-readings.ts';

export type Answers = {
  readonly [N in RequestName]: (params: RequestParams<N>) => RequestResult<N> | Promise<RequestResult<N>>;
};

/** What the scripted application has in memory. */
export interface ScriptedState {
  readonly tasks: Map<string, TaskView>;
  readonly drafts: Map<string, Draft>;
  readonly servers: Map<string, ServerView>;
  readonly events: Readonly<Record<string, readonly TaskEvent[]>>;
  readonly info: { now: AppInfo };
  emit(event: AppEvent): void;
  changeTask(id: string, change: Partial<TaskView>): TaskView;
}

/** How the application answers where a scenario says nothing else: as a real one would, on the shortest way. */
export function standardAnswers({
  tasks,
  drafts,
  servers,
  events,
  info,
  emit,
  changeTask,
}: ScriptedState): Answers {
  let made = 0;
  let alerts: RequestResult<'alerts.state'> = {
    ...{ settings: DEFAULT_ALERTS, webhookHost: null, delivered: null },
  };
  const become = (id: string, state: TaskView['state'], phase: TaskView['phase']): TaskView =>
    changeTask(id, {
      state,
      phase,
      sinceMs: Date.now(),
      resumeOffered: false,
      failure: null,
      trouble: null,
      question: null,
    });
  return {
    'app.info': () => info.now,
    'app.dismissNotice': ({ id }) => {
      info.now = { ...info.now, notices: info.now.notices.filter((notice) => notice.id !== id) };
      emit({ type: 'notices', notices: info.now.notices });
      return {};
    },
    'settings.change': (change) => {
      info.now = { ...info.now, settings: { ...info.now.settings, ...defined(change) } };
      emit({ type: 'settings', settings: info.now.settings });
      return info.now.settings;
    },
    'alerts.state': () => alerts,
    'alerts.change': ({ settings, webhook }) =>
      (alerts = {
        ...alerts,
        ...(settings && { settings }),
        ...(webhook !== undefined && { webhookHost: webhook && new URL(webhook).host }),
      }),
    'alerts.test': () => (alerts = { ...alerts, delivered: { atMs: Date.now(), fault: null } }),
    'connection.test': ({ endpoint }) => ({
      product: 'Redis',
      version: '7.2.5',
      role: 'primary',
      foundAt: null,
      replicatesFrom: null,
      cluster: false,
      loading: false,
      usedMemoryBytes: 3_221_225_472,
      maxMemoryBytes: 0,
      modules: [],
      databases: [
        { db: 0, keys: 18_411_204, expires: 2_104_551 },
        { db: 3, keys: 1204, expires: 0 },
      ],
      roundTripMs: endpoint.port % 7,
      uptimeSeconds: 8_640_000,
    }),
    'server.list': () => [...servers.values()],
    'server.save': ({ server }) => {
      const { id = `server-${servers.size + 1}`, endpoint } = server;
      const saved = { ...server, id, endpoint: viewOf(endpoint), look: null, secretsMissing: false };
      servers.set(id, saved);
      return saved;
    },
    'server.delete': ({ id }) => {
      servers.delete(id);
      return {};
    },
    'server.look': ({ id }) => found(servers, id),
    'server.take': ({ id, draftId, endpointId }) => {
      const { endpoint } = found(servers, id);
      const draft = found(drafts, draftId);
      const put = (one: Draft['source']): Draft['source'] =>
        one.id === endpointId ? { ...endpoint, id: endpointId } : one;
      const taken = { ...draft, source: put(draft.source), targets: draft.targets.map(put) };
      drafts.set(draftId, taken);
      return taken;
    },
    'server.import': () => ({ form: 'addresses', added: [], refused: [] }),
    'draft.list': () => [...drafts.values()],
    'draft.create': ({ beside, purpose = 'synchronise' }) => {
      made += 1;
      const empty = { ...emptyDraft(`draft-${made}`, Date.now()), purpose };
      const task = beside === undefined ? undefined : found(tasks, beside);
      const joins = task && (task.group ?? { id: `group-${task.id}`, name: task.name });
      if (task && joins) changeTask(task.id, { group: joins });
      const draft = task && joins ? { ...empty, name: joins.name, source: task.source, joins } : empty;
      drafts.set(draft.id, draft);
      return draft;
    },
    'draft.save': ({ draft, secrets }) => {
      const stored = keepSecrets(draft, secrets, drafts.get(draft.id));
      drafts.set(stored.id, stored);
      return stored;
    },
    'draft.delete': ({ id }) => {
      drafts.delete(id);
      return {};
    },
    'precheck.run': ({ draftId, targetId }) => noPrecheck(draftId, targetId),
    'precheck.state': ({ draftId, targetId }) => noPrecheck(draftId, targetId),
    'precheck.ignore': ({ draftId, targetId }) => noPrecheck(draftId, targetId),
    'task.create': ({ draftId }) => {
      const { name, targets, joins } = found(drafts, draftId);
      const group = joins ?? (targets.length > 1 ? { id: draftId, name: name || draftId } : null);
      const taskIds = targets.map((_, i) => `${draftId}-${i + 1}`);
      for (const id of taskIds) {
        tasks.set(id, aTask(id, { name: name || id, group }));
        become(id, 'running', 'full-copy');
      }
      drafts.delete(draftId);
      return { taskIds };
    },
    'task.import': ({ tasks: exported }) => ({
      taken: exported.map(({ id, name }) => ({ id, name, needs: [] })),
      left: [],
    }),
    'task.list': () => [...tasks.values()],
    'task.start': ({ id }) => {
      const { missingSecrets, source } = found(tasks, id);
      if (missingSecrets.length > 0)
        throw new LockstepError('SECRET_NEEDED', `the password of ${source.host}`);
      return become(id, 'running', 'in-step');
    },
    'task.copyAgain': ({ id }) => become(id, 'running', 'receiving'),
    'task.outlook': ({ copyAgain }) => ({
      atMs: Date.now(),
      start: copyAgain === true ? 'new-copy' : 'resume',
      reason: copyAgain === true ? 'a new full copy was asked for' : null,
      sourceKeys: 18_411_204,
      targetKeys: 18_411_190,
      writes: 'none',
      faults: [],
    }),
    'task.pause': ({ id }) => become(id, 'paused', 'paused'),
    'task.resume': ({ id }) => become(id, 'running', 'catching-up'),
    'task.answer': ({ id, agreed }) =>
      agreed ? become(id, 'running', 'full-copy') : become(id, 'failed', 'ended'),
    'task.stop': ({ id }) => become(id, 'stopped', 'ended'),
    'task.release': ({ id }) => {
      become(id, 'stopped', 'ended');
      return changeTask(id, { targetStanding: 'exact' });
    },
    'task.leaveGroup': ({ id }) => changeTask(id, { group: null }),
    'task.declineResume': ({ id }) => changeTask(id, { resumeOffered: false }),
    'task.delete': ({ id }) => {
      tasks.delete(id);
      emit({ type: 'task-removed', id });
      return {};
    },
    'task.edit': ({ id, changes, secrets }) =>
      changeTask(id, {
        ...defined(changes),
        ...(Object.keys(secrets).length > 0 && { missingSecrets: [] }),
      }),
    'task.history': () => ({ stepMs: 1000, points: [] }),
    'task.activity': ({ id }) => ({ ...activityOf(found(tasks, id)), nowMs: Date.now() }),
    'task.events': ({ id, limit, before = Number.POSITIVE_INFINITY }) =>
      (events[id] ?? []).filter(({ number }) => number < before).slice(-limit),
    'comparison.start': ({ id }) => noComparison(id),
    'comparison.cancel': ({ id }) => noComparison(id),
    'comparison.daily': ({ id, daily }) => changeTask(id, { dailyComparison: daily ?? undefined }),
    'comparison.pause': ({ id }) => noComparison(id),
    'comparison.pace': ({ id }) => noComparison(id),
    'comparison.state': ({ id }) => noComparison(id),
    'comparison.kept': () => [],
    'comparison.read': ({ id }) => noComparison(id),
    'comparison.recheck': ({ id }) => noComparison(id),
    'key.read': () => aReading(),
    'task.repair': ({ id, kind, keys = [] }) => ({
      ...noRepair(id),
      ...{ status: 'done', kind, total: keys.length, counts: { copied: keys.length } },
      ...{ startedAtMs: Date.now() - 1000, endedAtMs: Date.now() },
    }),
    'task.repairState': ({ id }) => noRepair(id),
    'rehearsal.start': ({ id }) => noRehearsal(id),
    'rehearsal.answer': ({ id }) => noRehearsal(id),
    'rehearsal.cancel': ({ id }) => noRehearsal(id),
    'rehearsal.state': ({ id }) => noRehearsal(id),
    'rehearsal.kept': () => [],
    'rehearsal.read': ({ atMs }) => {
      throw new LockstepError('NOT_FOUND', `there is no rehearsal of ${atMs}`);
    },
    'rehearsal.print': () => ({ pdf: '' }),
    'rehearsal.keep': ({ id }) => ({ taskId: id }),
    'sandbox.start': async () => {
      await new Promise((resolve) => setTimeout(resolve, 400));
      tasks.set('sandbox', aTask('sandbox', { name: 'Sandbox', sandbox: true }));
      become('sandbox', 'running', 'full-copy');
      return { taskId: 'sandbox' };
    },
  };
}

const noPrecheck = (draftId: string, targetId: string): PrecheckState => ({
  draftId,
  targetId,
  running: false,
  checking: [],
  results: [],
  ignored: [],
  fault: null,
  passed: false,
});
const noRepair = (taskId: string): RequestResult<'task.repairState'> => ({
  taskId,
  ...{ status: 'none', kind: null, total: 0, left: 0, startedAtMs: null, endedAtMs: null },
  ...{ counts: {}, keys: [], reason: null },
});
const noComparison = (ownerId: string): RequestResult<'comparison.state'> => ({
  ownerId,
  status: 'none',
  choice: null,
  between: null,
  startedAtMs: null,
  endedAtMs: null,
  progress: null,
  report: null,
  fault: null,
  restored: false,
});

/** @throws LockstepError NOT_FOUND */
export function found<T>(all: ReadonlyMap<string, T>, id: string): T {
  const it = all.get(id);
  if (it === undefined) throw new LockstepError('NOT_FOUND', `there is nothing with the id ${id}`);
  return it;
}

/** Without what is undefined, which would take away what stands there. */
const defined = <T extends object>(change: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  JSON.parse(JSON.stringify(change)) as { [K in keyof T]: Exclude<T[K], undefined> };

/** Passwords stay here: a page gets to know only that there are some, and not for an address they were not entered for. */
function keepSecrets(
  draft: Draft,
  secrets: RequestParams<'draft.save'>['secrets'],
  before: Draft | undefined,
): Draft {
  const known = [before?.source, ...(before?.targets ?? [])];
  const kept = <E extends Draft['source']>(endpoint: E): E => {
    const change = secrets[endpoint.id];
    const was = known.find((one) => one?.id === endpoint.id);
    const moved = was !== undefined && addressOf(was) !== addressOf(endpoint);
    return {
      ...endpoint,
      ...(moved && { hasPassword: false, hasKey: false, hasSentinelPassword: false }),
      ...(change?.password !== undefined && { hasPassword: change.password !== null }),
      ...(change?.key !== undefined && { hasKey: change.key !== null }),
      ...(change?.sentinelPassword !== undefined && {
        hasSentinelPassword: change.sentinelPassword !== null,
      }),
    };
  };
  return { ...draft, source: kept(draft.source), targets: draft.targets.map(kept), updatedAtMs: Date.now() };
}
