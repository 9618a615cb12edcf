import { describe, expect, it } from 'vitest';
import { byNeed, describeGroup, groupStatus } from '../../../../shared/format/group-sentence.ts';
import type { TaskView } from '../../../../shared/model/task-view.ts';
import { metrics, task } from '../../../support/page/fixtures.ts';

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
    expect(groupStatus(tasks)).toBe('retrying');
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
    expect(byNeed([lagging('a', 0.2), lagging('b', 4)]).map(({ name }) => name)).toEqual(['b', 'a']);
  });

  it('is nothing where there is none', () => {
    expect(groupStatus([])).toBeUndefined();
    expect(describeGroup([])).toBe('No targets');
  });

  it('names an answer that is waited for, also of the others', () => {
    const asks = (host: string): TaskView => at(host, { phase: 'asking' });
    expect(describeGroup([asks('a'), asks('b'), at('c')])).toMatch(
      /Waiting for your answer.*The others: 1 waiting for your answer, 1 in step$/,
    );
  });
});
