import { describe, expect, it } from 'vitest';
import { timelineSteps, type TimelineInput } from '../../../../renderer/task/timeline-model.ts';
import type { Phase } from '../../../../shared/model/metrics.ts';
import type { TaskState } from '../../../../shared/model/task-view.ts';

const task = (
  state: TaskState,
  timeline: readonly (readonly [Phase, number])[],
  change: Partial<TimelineInput> = {},
): TimelineInput => ({
  state,
  phase: timeline.at(-1)?.[0] ?? 'connecting',
  sinceMs: timeline.at(-1)?.[1] ?? 0,
  timeline: timeline.map(([phase, atMs]) => ({ phase, atMs })),
  fullOnly: false,
  ...change,
});
const statuses = (input: TimelineInput): string[] =>
  timelineSteps(input).map(({ step, status, side }) => `${step} ${status}${side ? ` ${side.kind}` : ''}`);

describe('the steps of a run', () => {
  it('begin before the first one for a task that has never run', () => {
    expect(statuses(task('stopped', []))).toEqual([
      'connecting ahead',
      'full-copy ahead',
      'catching-up ahead',
      'in-step ahead',
    ]);
  });

  it('stand at the first one while the task starts', () => {
    expect(statuses(task('starting', []))[0]).toBe('connecting now');
  });

  it('have their beginnings and durations, and the present one goes on', () => {
    const steps = timelineSteps(
      task('running', [
        ['connecting', 1000],
        ['receiving', 3000],
        ['full-copy', 4000],
        ['catching-up', 10_000],
      ]),
    );
    expect(
      steps.map(({ beganAtMs, spentMs, runningSinceMs }) => [beganAtMs, spentMs, runningSinceMs]),
    ).toEqual([
      [1000, 2000, null],
      [3000, 7000, null],
      [10_000, 0, 10_000],
      [null, 0, null],
    ]);
    expect(steps.map(({ status }) => status)).toEqual(['done', 'done', 'now', 'ahead']);
  });

  it('say that a node is away at the step at which the others go on', () => {
    const at = [
      ['connecting', 0],
      ['catching-up', 10],
    ] as const;
    expect(statuses(task('running', at, { partial: true }))[2]).toBe('catching-up held partial');
    // Until its engine has said that it is paused.
    expect(statuses(task('paused', at, { partial: true }))[2]).toBe('catching-up held partial');
    const paused = [...at, ['paused', 20]] as const;
    expect(statuses(task('paused', paused, { partial: true }))[2]).toBe('catching-up held paused');
    expect(statuses(task('paused', at))[2]).toBe('catching-up now');
  });

  it('leave out the full copy of a run that went on from its checkpoint', () => {
    expect(
      statuses(
        task('running', [
          ['connecting', 0],
          ['catching-up', 10],
          ['in-step', 20],
        ]),
      ),
    ).toEqual(['connecting done', 'full-copy skipped', 'catching-up done', 'in-step now']);
  });

  it('claim nothing of a beginning that the bounded timeline has lost', () => {
    const long = Array.from({ length: 50 }, (_, index): [Phase, number] => [
      index % 2 === 0 ? 'catching-up' : 'in-step',
      index,
    ]);
    expect(statuses(task('running', long)).slice(0, 2)).toEqual(['connecting done', 'full-copy done']);
  });

  it('add the times of a step that came several times', () => {
    const steps = timelineSteps(
      task('running', [
        ['in-step', 0],
        ['reconnecting', 1000],
        ['catching-up', 1500],
        ['in-step', 2000],
        ['paused', 5000],
        ['catching-up', 6000],
        ['in-step', 7000],
      ]),
    );
    expect(steps.at(-1)).toMatchObject({ beganAtMs: 0, spentMs: 1000 + 3000, runningSinceMs: 7000 });
  });

  it.each<[TaskState, Phase, string]>([
    ['paused', 'paused', 'in-step held paused'],
    ['running', 'reconnecting', 'in-step held reconnecting'],
    ['restarting', 'in-step', 'in-step held restarting'],
    ['failed', 'ended', 'in-step held failed'],
    ['stopping', 'releasing', 'in-step held stopping'],
    ['stopped', 'ended', 'in-step held stopped'],
  ])('show %s (%s) at the step that it interrupts', (state, phase, last) => {
    const steps = task(state, [
      ['connecting', 0],
      ['full-copy', 1],
      ['catching-up', 2],
      ['in-step', 3],
      ...(phase === 'in-step' ? [] : [[phase, 4] as const]),
    ]);
    expect(statuses(steps).at(-1)).toBe(last);
    expect(timelineSteps(steps).at(-1)?.runningSinceMs).toBeNull();
  });

  it('show a failure of the full copy there', () => {
    expect(
      statuses(
        task('failed', [
          ['connecting', 0],
          ['full-copy', 1],
          ['ended', 2],
        ]),
      ),
    ).toEqual(['connecting done', 'full-copy held failed', 'catching-up ahead', 'in-step ahead']);
  });

  it('end with the full copy where no change is to follow', () => {
    expect(
      statuses(
        task(
          'completed',
          [
            ['connecting', 0],
            ['full-copy', 1],
            ['ended', 2],
          ],
          { fullOnly: true },
        ),
      ),
    ).toEqual(['connecting done', 'full-copy done completed']);
  });
});
