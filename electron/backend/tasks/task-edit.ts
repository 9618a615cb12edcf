import type { TaskChanges } from '../../../shared/contract/api.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { formatBytes, formatCount, formatDuration } from '../../../shared/format/numbers.ts';
import { endpointProblems } from '../../../shared/model/draft-problems.ts';
import type { EndpointView, SecretChanges, TaskProfile } from '../../../shared/model/profile.ts';
import { hasChanges, SECRET_FLAG, SECRETS } from '../../../shared/model/server-secrets.ts';
import { addressOf, bySentinels } from '../../../shared/model/server-address.ts';
import { isActive, type TaskState } from '../../../shared/model/task-view.ts';
import { requireFitting } from '../require-fitting.ts';

type Side = 'source' | 'target';
const SIDES = ['source', 'target'] as const;

export interface PlannedEdit {
  readonly changes: Partial<TaskProfile>;
  readonly secrets: readonly { readonly endpoint: Side; readonly changes: SecretChanges }[];
  /** What is changed, for the log; undefined when nothing is. */
  readonly words: string | undefined;
}

/**
 * What an edit changes of a task. Limits hold at once; name, retry, flush and spool from the next start; address, user and
 * secrets can be changed only while it does not run: stopped, or paused.
 *
 * @throws RequestError REQUEST_INVALID; LockstepError TASK_STATE
 */
export function planEdit(
  task: TaskProfile,
  state: TaskState,
  asked: TaskChanges,
  secrets: Readonly<Record<string, SecretChanges>>,
): PlannedEdit {
  const active = isActive(state);
  const changes: Partial<Record<keyof TaskProfile, unknown>> = {};
  const words: string[] = [];
  for (const [field, value] of Object.entries(asked) as [keyof TaskChanges, unknown][]) {
    if (value === undefined || field === 'source' || field === 'target') continue;
    if (value === task[field]) continue;
    changes[field] = value;
    const word = wordsOf(field, value, active);
    if (word !== undefined) words.push(word);
  }
  const planned: { endpoint: Side; changes: SecretChanges }[] = [];
  for (const side of SIDES) {
    const given = secrets[side] ?? {};
    const before = task[side];
    const after = withSecretFlags({ ...(asked[side] ?? before), id: side }, before, given);
    const readdressed = sameEndpoint(before, after) ? undefined : after;
    const resecreted = hasChanges(given);
    if (!readdressed && !resecreted) continue;
    requireEditable(side, after, state);
    if (readdressed) changes[side] = readdressed;
    if (resecreted) planned.push({ endpoint: side, changes: given });
    words.push(endpointWords(side, before, after, resecreted));
  }
  return {
    changes: changes as Partial<TaskProfile>,
    secrets: planned,
    words: words.length === 0 ? undefined : `Changed: ${words.join('; ')}`,
  };
}

function requireEditable(side: Side, endpoint: EndpointView, state: TaskState): void {
  if (isActive(state) && state !== 'paused')
    throw new LockstepError(
      'TASK_STATE',
      `the ${side} can be changed only while the task is paused or stopped`,
    );
  requireFitting(endpointProblems(endpoint, side, `changes.${side}`));
}

/** Whether there is a secret is known here, not on the page. */
function withSecretFlags(after: EndpointView, before: EndpointView, given: SecretChanges): EndpointView {
  const flags = SECRETS.map((secret) => {
    const flag = SECRET_FLAG[secret];
    return [flag, given[secret] === undefined ? before[flag] : Boolean(given[secret])] as const;
  });
  const flagged: EndpointView = { ...after, ...Object.fromEntries(flags) };
  return bySentinels(after) ? flagged : { ...flagged, hasSentinelPassword: false };
}

const sameEndpoint = (a: EndpointView, b: EndpointView): boolean =>
  (Object.keys(a) as (keyof EndpointView)[]).every((field) => a[field] === b[field]);

function endpointWords(side: Side, before: EndpointView, after: EndpointView, resecreted: boolean): string {
  const words: string[] = [];
  const [from, to] = [addressOf(before), addressOf(after)];
  if (from !== to) words.push(`the address of the ${side} from ${from} to ${to}`);
  if (before.user !== after.user) words.push(`the user of the ${side}`);
  if (before.sentinelUser !== after.sentinelUser) words.push(`the user of the Sentinels of the ${side}`);
  if (resecreted) words.push(`the credentials of the ${side}`);
  return words.length > 0 ? words.join(', ') : `the connection to the ${side}`;
}

type PlainField = Exclude<keyof TaskChanges, Side>;

/** undefined for what an engine that works tells by itself. */
function wordsOf(field: PlainField, value: unknown, active: boolean): string | undefined {
  const later = active ? ' from the next start' : '';
  const limit = (text: string): string => (value === 0 ? 'without limit' : text);
  switch (field) {
    case 'name':
      return `the name to “${String(value)}”`;
    case 'label':
      return value === '' ? 'no label' : `the label to “${String(value)}”`;
    case 'onFlush':
      return `a flush of the source ${value === 'apply' ? 'is applied' : 'stops the task'}${later}`;
    case 'functions':
      return `function libraries that the target cannot take ${value === 'skip' ? 'are left out' : 'end the task'}${later}`;
    case 'retryForMinutes':
      return `the retry duration to ${formatCount(Number(value))} minutes${later}`;
    case 'expirySlackSeconds':
      return `how late keys may go on the target to ${formatDuration(Number(value) * 1000)}${later}`;
    case 'importMode':
      return `import-mode of the target is ${value === 'use' ? 'used' : 'left alone'}${later}`;
    case 'readFrom':
      return `of a source that is a cluster ${value === 'replicas' ? 'replicas are' : 'the primaries are'} read${later}`;
    case 'maxCommandsPerSecond':
      return active ? undefined : `commands a second: ${limit(`at most ${formatCount(Number(value))}`)}`;
    case 'maxBytesPerSecond':
      return active ? undefined : `bytes a second: ${limit(`at most ${formatBytes(Number(value))}`)}`;
    case 'spoolMaxBytes':
      return `the buffer to at most ${formatBytes(Number(value))}${later}`;
    case 'spoolDir':
      return `the folder of the buffer${later}`;
  }
}
