import { describe, expect, it } from 'vitest';
import { describeGroup, furthestOf, judgeGroup } from '../../../../shared/format/group-sentence.ts';
import type { TaskView } from '../../../../shared/model/task-view.ts';
import { drift, metrics, task } from '../../../support/page/fixtures.ts';

const at = (host: string, change: Partial<TaskView> = {}): TaskView => {
  const made = task(host, change);
  return { ...made, target: { ...made.target, host } };
};
const lagging = (host: string, seconds: number): TaskView =>
  at(host, { metrics: metrics({ lag: { bytes: 0, seconds } }) });
const gone = at('c', {
  phase: 'reconnecting',
  trouble: { code: 'TARGET_UNREACHABLE', fact: 'refused', atMs: Date.now(), giveUpAtMs: null },
});

describe('how a group is', () => {
  it('is how the worst of its targets is, by name, and how the others are', () => {
    const paused = at('d', { state: 'paused', phase: 'paused' });
    const tasks = [at('a'), gone, paused, at('b')];
    expect(judgeGroup(tasks, Date.now())).toMatchObject({ status: 'retrying', tone: 'warn' });
    expect(describeGroup(tasks)).toMatch(
      /^c:6379: Reconnecting .*the target cannot be reached.*\. The others: 2 in step, 1 paused$/,
    );
    expect(describeGroup([at('a'), gone])).toMatch(/\. The other one: in step$/);
    expect(describeGroup([gone])).not.toMatch(/other/);
  });

  it('is one figure where all are in step: of the one that is furthest behind', () => {
    expect(describeGroup([lagging('a', 0.2), lagging('b', 4), lagging('c', 1)])).toBe(
      'All 3 targets are in step: 4.0 s behind at most, b:6379',
    );
    expect(describeGroup([lagging('a', 0.2), lagging('b', 4)])).toMatch(/^Both targets are in step: 4/);
    expect(furthestOf([lagging('a', 0.2), lagging('b', 4)], Date.now())?.task.name).toBe('b');
  });

  it('does not say of all that they are well while one of them differs, or was found to', () => {
    const compared = { startedAtMs: Date.now(), endedAtMs: Date.now(), differences: 31, equal: false };
    expect(describeGroup([at('a'), at('b', { compared })])).toMatch(
      /^b:6379: In step: .*; a comparison found 31 differences just now\. The other one: in step$/,
    );
    expect(describeGroup([at('a'), at('b', { drift: drift({ verdict: 'real', difference: 2 }) })])).toMatch(
      /^b:6379: Sides differ by 2 keys/,
    );
  });

  it('is nothing where there is none', () => {
    expect(judgeGroup([], Date.now())).toBeUndefined();
    expect(describeGroup([])).toBe('No targets');
  });

  it('names an answer that is waited for, also of the others', () => {
    const asks = (host: string): TaskView => at(host, { phase: 'asking' });
    expect(describeGroup([asks('a'), asks('b'), at('c')])).toMatch(
      /Waiting for your answer.*The others: 1 waiting for your answer, 1 in step$/,
    );
  });
});
