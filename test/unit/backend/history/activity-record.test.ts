import { describe, expect, it } from 'vitest';
import { ActivityRecord } from '../../../../electron/backend/history/activity-record.ts';
import { activitySchema, MOST_BANDS } from '../../../../shared/model/activity.ts';
import type { TaskStatus } from '../../../../shared/model/task-status.ts';

/** A record of looks a second apart, each for so many seconds. */
function recordOf(...parts: readonly (readonly [TaskStatus, number])[]): ActivityRecord {
  const record = new ActivityRecord();
  let atMs = 0;
  for (const [status, seconds] of parts) {
    for (let second = 0; second < seconds; second += 1) {
      record.look(status, atMs);
      atMs += 1000;
    }
  }
  return record;
}
const bandsOf = (record: ActivityRecord): unknown[] =>
  record.current.bands.map(({ status, fromMs, toMs, copy }) =>
    [status, fromMs / 1000, toMs === null ? null : toMs / 1000, copy].slice(0, copy === undefined ? 3 : 4),
  );

describe('what has become of a task', () => {
  it('is one band after the other, the last of which lasts', () => {
    const record = recordOf(['connecting', 2], ['full-copy', 3], ['catching-up', 1], ['in-step', 9]);
    expect(bandsOf(record)).toEqual([
      ['connecting', 0, 2],
      ['full-copy', 2, 5, 1],
      ['catching-up', 5, 6],
      ['in-step', 6, null],
    ]);
    expect(activitySchema.safeParse(record.current).success).toBe(true);
  });

  it('says only what is new', () => {
    const record = new ActivityRecord();
    expect([record.look('in-step', 0), record.look('in-step', 1000), record.look('paused', 2000)]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it.each<[string, readonly (readonly [TaskStatus, number])[], readonly number[]]>([
    [
      'the steps of a copy',
      [
        ['receiving', 1],
        ['asking', 1],
        ['full-copy', 1],
        ['clearing', 1],
      ],
      [1, 1, 1, 1],
    ],
    [
      'a copy that was paused',
      [
        ['full-copy', 1],
        ['pausing', 1],
        ['paused', 1],
        ['full-copy', 1],
      ],
      [1, 1],
    ],
    [
      'a copy that broke, and is made anew',
      [
        ['full-copy', 1],
        ['retrying', 1],
        ['full-copy', 1],
      ],
      [1, 2],
    ],
    [
      'a second copy after the first',
      [
        ['full-copy', 1],
        ['in-step', 1],
        ['receiving', 1],
        ['full-copy', 1],
      ],
      [1, 2, 2],
    ],
  ])('numbers copies: %s', (_name, parts, numbers) => {
    const { bands, copies } = recordOf(...parts).current;
    expect(bands.flatMap(({ copy }) => (copy === undefined ? [] : [copy]))).toEqual(numbers);
    expect(copies).toBe(numbers.at(-1));
  });

  it('where an engine tells nothing for longer than a figure is one of now, nobody knows', () => {
    const record = recordOf(['in-step', 3]);
    record.look('in-step', 62_000);
    expect(bandsOf(record)).toEqual([
      ['in-step', 0, 12],
      ['unheard', 12, 62],
      ['in-step', 62, null],
    ]);
    // A pause is told once.
    const paused = recordOf(['paused', 1]);
    paused.look('in-step', 600_000);
    expect(bandsOf(paused)).toEqual([
      ['paused', 0, 600],
      ['in-step', 600, null],
    ]);
  });

  it('a task that has never run has nothing to tell', () => {
    expect(recordOf(['stopped', 5]).current.bands).toEqual([]);
  });

  it('a clock that was set back ends no band before it began', () => {
    const record = recordOf(['in-step', 10]);
    record.look('paused', 15_000);
    record.look('in-step', 5000);
    expect(bandsOf(record)).toEqual([
      ['in-step', 0, 15],
      ['in-step', 15, null],
    ]);
  });

  it('is bounded, and says from when on it is kept', () => {
    const record = new ActivityRecord();
    for (let index = 0; index < MOST_BANDS + 50; index += 1)
      record.look(index % 2 === 0 ? 'in-step' : 'catching-up', index * 1000);
    expect(record.current.bands).toHaveLength(MOST_BANDS);
    expect(record.current.keptFromMs).toBe(50_000);
  });
});

describe('after another run of the application', () => {
  it.each<[string, TaskStatus, TaskStatus, unknown[]]>([
    [
      'killed while in step',
      'in-step',
      'stopped',
      [
        ['in-step', 0, 30],
        ['closed', 30, 100],
        ['stopped', 100, null],
      ],
    ],
    [
      'closed in order',
      'stopped',
      'stopped',
      [
        ['connecting', 0, 1],
        ['stopped', 1, null],
      ],
    ],
    [
      'failed before',
      'failed',
      'failed',
      [
        ['connecting', 0, 1],
        ['failed', 1, null],
      ],
    ],
  ])('%s: nothing is made up for the time between', (_name, before, now, expected) => {
    const first =
      before === 'in-step' ? recordOf(['in-step', 30]) : recordOf(['connecting', 1], [before, 29]);
    const record = new ActivityRecord(first.current);
    record.resume(30_000, 100_000, now);
    expect(bandsOf(record)).toEqual(expected);
  });

  it('a comparison that was under way has come to nothing', () => {
    const first = recordOf(['in-step', 5]);
    first.compare({ fromMs: 2000, toMs: null, level: 'values', outcome: 'running', differences: null });
    const record = new ActivityRecord(first.current);
    record.resume(5000, 100_000, 'stopped');
    expect(record.current.comparisons).toEqual([
      { fromMs: 2000, toMs: 5000, level: 'values', outcome: 'cancelled', differences: null },
    ]);
  });

  it('a comparison that ends takes the place of the same one under way', () => {
    const record = recordOf(['in-step', 5]);
    record.compare({ fromMs: 2000, toMs: null, level: 'values', outcome: 'running', differences: null });
    record.compare({ fromMs: 2000, toMs: 4000, level: 'values', outcome: 'done', differences: 3 });
    expect(record.current.comparisons).toEqual([
      { fromMs: 2000, toMs: 4000, level: 'values', outcome: 'done', differences: 3 },
    ]);
  });
});
