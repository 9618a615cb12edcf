import { ERROR_CATALOGUE, type ErrorCode } from '../errors/catalogue.ts';
import { judge, type JudgedTask, type Judgement } from '../model/judgement.ts';
import type { Metrics } from '../model/metrics.ts';
import { activityOf } from '../model/task-status.ts';
import type { TaskView } from '../model/task-view.ts';
import { describeFurthest } from './feed-words.ts';
import { describeAway } from './lane-words.ts';
import { formatBytes, formatCount, formatKeys, formatDuration } from './numbers.ts';
import { formatCommandRate, formatLag, formatPercent } from './rates.ts';
import { describeUnsettled } from './slot-words.ts';
import { STATUS_WORDS } from './task-status.ts';
import { formatClock, roughly } from './times.ts';

/** A task as its page has it. */
export type ShownTask = TaskView & JudgedTask;

/** The one sentence that says how a task is, with its figures. Without a full stop, as it mostly stands alone. */
export function describeTask(
  task: ShownTask,
  nowMs: number = Date.now(),
  judgement: Judgement = judge(task, nowMs),
): string {
  const evicted = task.metrics?.evictedKeys ?? 0;
  const lost = evicted > 0 ? `; the target has evicted ${formatKeys(evicted)}` : '';
  return `${describeStatus(task, judgement, nowMs)}${lost}${found(judgement, nowMs)}`;
}

function describeStatus(task: TaskView, judgement: Judgement, nowMs: number): string {
  const { metrics } = task;
  switch (judgement.status) {
    case 'failed':
      return task.failure ? `Failed: ${inSentence(task.failure.code)}` : 'Failed';
    case 'retrying':
      return describeTrouble(task, nowMs);
    case 'restarting':
      return 'Restarting: the engine ended unexpectedly; the task goes on from its checkpoint';
    case 'starting':
    case 'connecting':
      return describeStart(metrics);
    case 'receiving':
      return `Receiving the snapshot: ${metrics ? describeReceived(metrics) : 'the target stays as it is until it is whole'}`;
    case 'asking':
      return 'Waiting for your answer: a new full copy would remove much of what the target holds';
    case 'clearing':
      return 'Clearing: what the source no longer has is removed from the target';
    case 'full-copy':
      return `Full copy: ${metrics ? describeCopy(metrics) : 'waiting for the snapshot of the source'}`;
    case 'catching-up':
      return metrics
        ? `Catching up: ${formatLag(metrics.lag.seconds)} (${formatBytes(metrics.lag.bytes)}) behind${most(metrics)}, ${rate(metrics)}${slotsMoving(metrics)}`
        : 'Catching up';
    case 'partial':
      return metrics
        ? `${describeAway(metrics, nowMs)}${retriedUntil(task, nowMs)}`
        : 'A node of the target is away';
    case 'unheard':
      return describeUnheard(task, judgement);
    case 'differs': {
      const { difference } = judgement.drift;
      const by = difference === null || difference === 0 ? '' : ` by ${formatKeys(difference)}`;
      return `Sides differ${by}, though the stream is applied: ${metrics ? behind(metrics) : 'in step'}`;
    }
    case 'in-step':
      return metrics ? `In step: ${behind(metrics)}` : 'In step';
    case 'pausing':
      return 'Pausing: what is under way to the target is applied still';
    case 'paused':
      return describePause(task, nowMs);
    case 'stopping':
      return describeStopping(task);
    case 'releasing':
      return 'Handing over: the expiry of keys on the target is made exact';
    case 'stopped':
      return describeStopped(task, nowMs);
    case 'completed':
      return describeCompleted(task, nowMs);
  }
}

/** Keys are counted once both servers have answered; a source may take its time then before its snapshot begins. */
const describeStart = (metrics: Metrics | null): string =>
  metrics?.phase === 'connecting' && metrics.databases.length > 0
    ? 'Connected: waiting for the source to begin its stream or its snapshot'
    : 'Connecting to both servers';

/** Why it is not in step, however little it is behind. */
function slotsMoving({ unsettled }: Metrics): string {
  return unsettled?.source ? `; ${describeUnsettled('source', unsettled.source)}` : '';
}

/** Its figures are too old for anything to be said of now. */
function describeUnheard(task: TaskView, { unheard, ages }: Judgement): string {
  const of = unheard === 'source' ? ages.source : ages.report;
  return `No news of the ${unheard} for ${roughly(of.forMs)}; before that: ${STATUS_WORDS[activityOf(task)].toLowerCase()}`;
}

/** What a comparison has found, be the counts what they are. */
function found({ drift, compared }: Judgement, nowMs: number): string {
  if (drift.saying !== 'found' || !compared) return '';
  const { differences, endedAtMs } = compared;
  const words = `${formatCount(differences)} ${differences === 1 ? 'difference' : 'differences'}`;
  return `; a comparison found ${words} ${agoOrAt(endedAtMs, nowMs)}`;
}

const behind = (metrics: Metrics): string =>
  `${formatLag(metrics.lag.seconds)} behind${most(metrics)}, ${rate(metrics)}`;

const rate = (metrics: Metrics): string => formatCommandRate(metrics.applied.commandsPerSecond);

function most({ feeds }: Metrics): string {
  const furthest = describeFurthest(feeds);
  return furthest === '' ? '' : `, most of all ${furthest}`;
}

/** A title of the catalogue, to go on a sentence with. */
function inSentence(code: ErrorCode): string {
  const { title } = ERROR_CATALOGUE[code];
  // `TLS …` keeps its capitals.
  return /^[A-Z][a-z ]/.test(title) ? title.charAt(0).toLowerCase() + title.slice(1) : title;
}

function retriedUntil({ trouble }: TaskView, nowMs: number): string {
  return trouble?.giveUpAtMs ? `; waiting for it until ${formatClock(trouble.giveUpAtMs, nowMs)}` : '';
}

function describeTrouble({ trouble, sinceMs, phase }: TaskView, nowMs: number): string {
  if (!trouble) return `Reconnecting for ${roughly(nowMs - sinceMs)}`;
  const word = phase === 'reconnecting' || phase === 'connecting' ? 'Reconnecting' : 'Retrying';
  const duration = roughly(nowMs - trouble.atMs);
  const until =
    trouble.giveUpAtMs === null
      ? 'it goes on once that is over'
      : `trying until ${formatClock(trouble.giveUpAtMs, nowMs)}`;
  return `${word} for ${duration}: ${inSentence(trouble.code)}; ${until}`;
}

function describeCopy({ copy }: Metrics): string {
  const left =
    copy.remainingMs === undefined ? '' : `, ${formatDuration(Math.max(1000, copy.remainingMs))} left`;
  if (copy.bytesDone === 0 && copy.keysDone === 0) return 'waiting for the snapshot of the source';
  if (copy.bytesTotal !== undefined && copy.bytesTotal > 0) {
    const done = formatPercent(copy.bytesDone / copy.bytesTotal);
    return `${done} of ${formatBytes(copy.bytesTotal)}, ${formatKeys(copy.keysDone)}${left}`;
  }
  if (copy.keysExpected !== undefined && copy.keysExpected > 0)
    return `${formatCount(copy.keysDone)} of about ${formatKeys(copy.keysExpected)}${left}`;
  return `${formatKeys(copy.keysDone)}, ${formatBytes(copy.bytesDone)} so far`;
}

function describeReceived({ copy }: Metrics): string {
  const total = copy.bytesTotal === undefined ? '' : ` of ${formatBytes(copy.bytesTotal)}`;
  return `${formatBytes(copy.bytesReceived)}${total} so far; the target stays as it is until it is whole`;
}

function describePause({ sinceMs, metrics }: TaskView, nowMs: number): string {
  const waiting =
    metrics && metrics.spool.bytes > 0
      ? `${formatBytes(metrics.spool.bytes)} wait in the buffer on this machine`
      : 'what the source writes waits in the buffer on this machine';
  return `Paused for ${roughly(nowMs - sinceMs)}: ${waiting}`;
}

function describeStopping({ phase, metrics }: TaskView): string {
  if (phase === 'releasing') return 'Stopping: the expiry of keys on the target is made exact';
  if (metrics && metrics.lag.bytes > 0)
    return `Stopping: what the source has written so far is applied, ${formatBytes(metrics.lag.bytes)} left`;
  return 'Stopping';
}

function describeStopped(task: TaskView, nowMs: number): string {
  const { resumeOffered, startedAtMs, sinceMs, targetStanding, moved } = task;
  const late = targetStanding === 'late' ? '; expiry on the target may be late still' : '';
  if (resumeOffered) return `Stopped: it ran when Lockstep ended, and can go on from its checkpoint${late}`;
  if (moved)
    return `The move is done: the source became a replica of the target ${agoOrAt(sinceMs, nowMs)}, and follows it${late}`;
  if (startedAtMs === null) return 'Not started yet';
  return `Stopped ${agoOrAt(sinceMs, nowMs)}; it can go on from its checkpoint${late}`;
}

function describeCompleted({ metrics, sinceMs }: TaskView, nowMs: number): string {
  const keys = metrics ? `: ${formatKeys(metrics.copy.keysDone)}` : '';
  return `Full copy completed ${agoOrAt(sinceMs, nowMs)}${keys}`;
}

const agoOrAt = (atMs: number, nowMs: number): string =>
  nowMs - atMs < 60_000 ? 'just now' : `at ${formatClock(atMs, nowMs)}`;
