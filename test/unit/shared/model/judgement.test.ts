import { describe, expect, it } from 'vitest';
import { describeTask } from '../../../../shared/format/task-sentence.ts';
import { STATUS_WORDS } from '../../../../shared/format/task-status.ts';
import {
  judge,
  judgeInStep,
  toneOf,
  type Judgement,
  type JudgedTask,
} from '../../../../shared/model/judgement.ts';
import { PHASES } from '../../../../shared/model/metrics.ts';
import { activityOf } from '../../../../shared/model/task-status.ts';
import {
  driftVerdictSchema,
  isAtWork,
  taskStateSchema,
  type TaskView,
} from '../../../../shared/model/task-view.ts';
import { drift, metrics, task } from '../../../support/page/fixtures.ts';

const NOW = Date.now();
const SECOND = 1000;
const ago = (seconds: number): number => NOW - seconds * SECOND;

type Change = Partial<TaskView> & Pick<JudgedTask, 'heardAtMs'>;
const made = (change: Change): TaskView & JudgedTask => ({
  ...task('orders', change),
  heardAtMs: NOW,
  ...change,
});
const judged = (change: Change): Judgement => judge(made(change), NOW);

/** What one look at the page says: badge, its colour, what the drift says, its colour, and how old lag and counts are. */
const said = (change: Change): string[] => {
  const { status, tone, drift: its, ages } = judged(change);
  return [status, tone, its.saying, its.tone, ages.source.kind, ages.counts.kind];
};

const found = { startedAtMs: ago(60), endedAtMs: ago(50), differences: 31, equal: false };
const equal = { ...found, differences: 0, equal: true };
const off = (difference: number): Pick<TaskView, 'drift'> => ({
  drift: drift({ verdict: 'in-flight', difference, lastZeroAtMs: ago(2) }),
});
const old = (seconds: number): Pick<TaskView, 'drift' | 'metrics'> => ({
  drift: drift({ countedAtMs: ago(seconds), lastZeroAtMs: ago(seconds) }),
  metrics: metrics({ atMs: NOW, sourceAtMs: NOW, countedAtMs: ago(seconds) }),
});
const trouble = { code: 'TARGET_UNREACHABLE', fact: '', atMs: ago(40), giveUpAtMs: null } as const;
const atRest = { phase: 'ended', sinceMs: ago(3600) } as const;

describe('one judgement of a task', () => {
  it.each<[string, Change, string[]]>([
    ['in step', {}, ['in-step', 'good', 'none', 'good', 'now', 'now']],
    ['in step, changes on their way', off(12_485), ['in-step', 'good', 'in-flight', 'work', 'now', 'now']],
    [
      'in step, and never equal since',
      { drift: drift({ verdict: 'in-flight', difference: 9 }), sinceMs: ago(61) },
      ['in-step', 'warn', 'lasting', 'warn', 'now', 'now'],
    ],
    [
      'in step, and the sides differ',
      { drift: drift({ verdict: 'real', difference: 12_485 }) },
      ['differs', 'bad', 'real', 'bad', 'now', 'now'],
    ],
    [
      'in step, keys evicted',
      { drift: drift({ verdict: 'evicted' }) },
      ['differs', 'bad', 'evicted', 'bad', 'now', 'now'],
    ],
    [
      'in step, keys of its own',
      { drift: drift({ verdict: 'own-keys', difference: 3 }) },
      ['in-step', 'good', 'own-keys', 'warn', 'now', 'now'],
    ],
    ['in step, found to differ', { compared: found }, ['in-step', 'warn', 'found', 'bad', 'now', 'now']],
    ['in step, found equal', { compared: equal }, ['in-step', 'good', 'none', 'good', 'now', 'now']],
    [
      'found to differ before a copy',
      { compared: found, renewed: { atMs: ago(30), by: 'copy' } },
      ['in-step', 'good', 'none', 'good', 'now', 'now'],
    ],
    [
      'found to differ after a copy',
      { compared: found, renewed: { atMs: ago(61), by: 'copy' } },
      ['in-step', 'warn', 'found', 'bad', 'now', 'now'],
    ],
    [
      'in step once, four days behind',
      { metrics: metrics({ lag: { bytes: 0, seconds: 4 * 86_400 } }) },
      ['catching-up', 'work', 'none', 'good', 'now', 'now'],
    ],
    [
      'in step, the source silent',
      { metrics: metrics({ atMs: NOW, sourceAtMs: ago(12) }) },
      ['unheard', 'warn', 'none', 'good', 'old', 'now'],
    ],
    ['in step, the engine silent', { heardAtMs: ago(12) }, ['unheard', 'warn', 'old', 'calm', 'old', 'old']],
    ['in step, the target not counted lately', old(40), ['in-step', 'good', 'old', 'calm', 'now', 'old']],
    [
      'the target away',
      { ...old(40), phase: 'reconnecting', trouble },
      ['retrying', 'warn', 'old', 'calm', 'now', 'old'],
    ],
    [
      'held up, both sides counted',
      { ...off(7), phase: 'reconnecting', trouble },
      ['retrying', 'warn', 'held-up', 'warn', 'now', 'now'],
    ],
    [
      'in a full copy',
      { ...off(9000), phase: 'full-copy' },
      ['full-copy', 'work', 'copying', 'work', 'now', 'now'],
    ],
    [
      'catching up',
      { ...off(9000), phase: 'catching-up', sinceMs: ago(900) },
      ['catching-up', 'work', 'in-flight', 'work', 'now', 'now'],
    ],
    [
      'told to pause, and not known to have',
      { ...off(5), state: 'paused' },
      ['pausing', 'work', 'waiting', 'calm', 'now', 'now'],
    ],
    [
      'paused',
      { ...off(5), state: 'paused', phase: 'paused' },
      ['paused', 'calm', 'waiting', 'calm', 'now', 'now'],
    ],
    [
      'stopped with a difference',
      { ...off(5), ...atRest, state: 'stopped' },
      ['stopped', 'calm', 'left-different', 'calm', 'none', 'old'],
    ],
    ['stopped', { ...atRest, state: 'stopped' }, ['stopped', 'calm', 'left-equal', 'calm', 'none', 'old']],
    [
      'a copy alone, completed',
      { ...off(2000), ...atRest, state: 'completed' },
      ['completed', 'good', 'left-different', 'calm', 'none', 'old'],
    ],
    [
      'a copy alone, completed, and found to differ',
      { ...atRest, state: 'completed', compared: found },
      ['completed', 'warn', 'found', 'bad', 'none', 'old'],
    ],
    [
      'a copy alone, whose target evicts',
      { ...atRest, state: 'completed', drift: drift({ verdict: 'evicted' }) },
      ['completed', 'bad', 'evicted', 'bad', 'none', 'old'],
    ],
    [
      'begun again, with the figures of the run before',
      {
        ...{ state: 'starting', phase: 'connecting', startedAtMs: NOW },
        metrics: metrics({ atMs: ago(5) }),
        drift: drift({ countedAtMs: ago(6) }),
      },
      ['starting', 'work', 'old', 'calm', 'none', 'old'],
    ],
    [
      'never counted',
      { drift: drift({ verdict: 'unknown', difference: null }), metrics: null, phase: 'connecting' },
      ['connecting', 'work', 'unknown', 'calm', 'none', 'none'],
    ],
  ])('%s', (_what, change, expected) => {
    expect(said(change)).toEqual(expected);
  });

  it('does not take the clock of another machine for age', () => {
    const behindBy = 300 * SECOND;
    const of = metrics({ atMs: NOW - behindBy, sourceAtMs: NOW - behindBy, countedAtMs: NOW - behindBy });
    const { ages } = judged({ metrics: of, drift: drift({ countedAtMs: NOW - behindBy }) });
    expect([ages.report.kind, ages.source.kind, ages.counts.kind]).toEqual(['now', 'now', 'now']);
  });

  it('knows which side has more', () => {
    const of = (...sourceKeys: number[]) =>
      judged({
        metrics: metrics({
          databases: sourceKeys.map((keys, db) => ({
            ...{ db, sourceKeys: keys, targetKeys: 10 },
            ...{ sourceExpires: 0, targetExpires: 0 },
          })),
        }),
      }).drift.more;
    expect([of(10), of(11), of(9, 10), of(9, 11)]).toEqual([null, 'source', 'target', 'both']);
  });
});

describe('whatever is put together', () => {
  const ages = [0, 40];
  const all = taskStateSchema.options.flatMap((state) =>
    PHASES.flatMap((phase) =>
      driftVerdictSchema.options.flatMap((verdict) =>
        [0, 5].flatMap((difference) =>
          ages.flatMap((countedAgo) =>
            ages.flatMap((sourceAgo) =>
              [0, 86_400].flatMap((lag) =>
                [null, found, equal].map((compared): Change => ({
                  ...{ state, phase, compared },
                  drift: drift({
                    verdict,
                    difference: verdict === 'unknown' ? null : difference,
                    countedAtMs: verdict === 'unknown' ? null : ago(countedAgo),
                  }),
                  metrics: metrics({
                    ...{ atMs: NOW, countedAtMs: ago(countedAgo), sourceAtMs: ago(sourceAgo) },
                    lag: { bytes: 0, seconds: lag },
                  }),
                })),
              ),
            ),
          ),
        ),
      ),
    ),
  );
  const cases = all.map((change) => {
    const of = made(change);
    return { of, judgement: judge(of, NOW), text: describeTask(of, NOW) };
  });

  it('green is said of fresh figures alone, of a small lag, and of no known difference', () => {
    for (const { of, judgement } of cases) {
      if (judgement.status === 'in-step') {
        expect(judgement.ages.source.kind).toBe('now');
        expect(of.metrics?.lag.seconds).toBe(0);
        expect(judgement.drift.saying === 'real' || judgement.drift.saying === 'evicted').toBe(false);
      }
      if (judgement.tone === 'good') expect(judgement.drift.tone).not.toBe('bad');
      if (judgement.drift.tone === 'good') expect(judgement.ages.counts.kind).toBe('now');
    }
  });

  it('nothing is on its way of a task that is at rest, and nothing is said of now by old counts', () => {
    const ofThen = new Set(['unknown', 'evicted', 'found', 'left-equal', 'left-different']);
    for (const { of, judgement } of cases) {
      if (!isAtWork(of.state)) expect(ofThen).toContain(judgement.drift.saying);
      else if (judgement.ages.counts.kind === 'old')
        expect(ofThen.has(judgement.drift.saying) || judgement.drift.saying === 'old').toBe(true);
    }
  });

  it('the sentence says what the badge does, and names a difference that was found', () => {
    for (const { judgement, text } of cases) {
      if (judgement.status === 'in-step' || judgement.status === 'differs' || judgement.status === 'unheard')
        expect(text.startsWith(STATUS_WORDS[judgement.status])).toBe(true);
      expect(/a comparison found 31 differences/.test(text)).toBe(judgement.drift.saying === 'found');
    }
  });

  it('the status is what it does by its own word, but where that cannot be said', () => {
    const other = new Set(['unheard', 'differs', 'catching-up']);
    for (const { of, judgement } of cases) {
      if (judgement.status === activityOf(of)) continue;
      expect(other).toContain(judgement.status);
      expect(judgement.tone).toBe(toneOf(judgement.status));
    }
  });
});

it('a report alone says whether in step is so', () => {
  const of = (seconds: number, sourceAgo: number) =>
    judgeInStep(metrics({ atMs: NOW, sourceAtMs: ago(sourceAgo), lag: { bytes: 0, seconds } }));
  expect([of(0, 0), of(11, 0), of(0, 11)]).toEqual(['in-step', 'catching-up', 'unheard']);
});
