import { expect, test } from 'vitest';
import { exposition, METRIC_NAMES } from '../../../../electron/headless/metrics/exposition.ts';
import { FollowedRun } from '../../../../electron/headless/metrics/followed-run.ts';
import { healthOf } from '../../../../electron/headless/metrics/health.ts';
import { viewedTask } from '../../../../electron/headless/metrics/viewed-task.ts';
import { STATUSES_BY_URGENCY } from '../../../../shared/model/task-status.ts';
import type { TaskSpec } from '../../../../shared/model/task-spec.ts';
import { parseMetrics, type Family } from '../../../support/metrics-text.ts';
import { feed, metrics, task } from '../../../support/page/fixtures.ts';

const parsed = async (...views: ReturnType<typeof task>[]): Promise<ReadonlyMap<string, Family>> =>
  parseMetrics(
    await exposition(
      '1.2.3',
      views.map((view) => viewedTask(view, Date.now())),
    ),
  );

const valueOf = (families: ReadonlyMap<string, Family>, name: string): number | undefined =>
  families.get(name)?.series[0]?.value;

test('every figure has its name, help and type, in base units, told of every task by the same labels', async () => {
  const families = await parsed(task('Orders'), task('Users'));

  expect([...families.keys()]).toEqual(METRIC_NAMES);
  expect(METRIC_NAMES.filter((name) => !/^lockstep_(build|task|shard|node)_[a-z_]+$/.test(name))).toEqual([]);
  expect(METRIC_NAMES.filter((name) => /_(ms|kb|mb|percent|milliseconds)(_|$)/.test(name))).toEqual([]);
  for (const [name, { help, type, series }] of families) {
    expect(help, name).toMatch(/^[A-Z].*\.$/);
    expect(type, name).toBe(name.endsWith('_total') ? 'counter' : 'gauge');
    if (name !== 'lockstep_build_info')
      for (const { labels } of series)
        expect(labels).toMatchObject({
          task: expect.any(String),
          name: expect.any(String),
          target: expect.any(String),
        });
  }
  expect(families.get('lockstep_task_lag_seconds')?.series).toHaveLength(2);
});

test('figures are those of the report', async () => {
  const view = task('Orders');
  const families = await parsed(view);
  const { lag, applied, spool } = view.metrics!;

  expect(valueOf(families, 'lockstep_task_lag_seconds')).toBe(lag.seconds);
  expect(valueOf(families, 'lockstep_task_lag_bytes')).toBe(lag.bytes);
  expect(valueOf(families, 'lockstep_task_applied_commands_total')).toBe(applied.commands);
  expect(valueOf(families, 'lockstep_task_buffer_bytes')).toBe(spool.bytes);
  const statuses = families.get('lockstep_task_status')!.series;
  expect(statuses).toHaveLength(STATUSES_BY_URGENCY.length);
  expect(statuses.filter(({ value }) => value === 1).map(({ labels }) => labels['status'])).toEqual([
    'in-step',
  ]);
});

test('of a task at rest nothing is told that is of now', async () => {
  const families = await parsed(task('Orders', { state: 'stopped', phase: 'ended' }));

  expect(valueOf(families, 'lockstep_task_up')).toBe(0);
  for (const name of ['lag_seconds', 'lag_bytes', 'buffer_bytes', 'offset_bytes'])
    expect(families.get(`lockstep_task_${name}`)?.series).toEqual([]);
  expect(valueOf(families, 'lockstep_task_applied_commands_total')).toBeGreaterThan(0);
});

test('names may hold what the format gives a meaning to', async () => {
  const name = 'a "b" \\ {c=1}\nd';
  const families = await parsed(task('x', { name }));

  expect(families.get('lockstep_task_up')?.series[0]?.labels['name']).toBe(name);
});

test('shards, nodes and databases have series of their own, up to a bound', async () => {
  const many = Array.from({ length: 1000 }, (_, i) => i);
  const databases = many.map((db) => ({
    db,
    sourceKeys: 2,
    sourceExpires: 1,
    targetKeys: 2,
    targetExpires: 1,
  }));
  const feeds = many.map((i) => feed(i + 1, String(i)));
  const lanes = many.map((i) => ({
    at: `10.0.0.1:${i + 1}`,
    slots: '0',
    behindBytes: 1,
    commands: 1,
    commandsPerSecond: 1,
  }));
  const text = await exposition('1', [
    viewedTask(task('Orders', { metrics: metrics({ databases, feeds, lanes }) }), Date.now()),
  ]);
  const families = parseMetrics(text);

  expect(families.get('lockstep_shard_lag_seconds')?.series).toHaveLength(256);
  expect(families.get('lockstep_node_behind_bytes')?.series).toHaveLength(256);
  const keys = families.get('lockstep_task_keys')!.series;
  expect(keys).toHaveLength(130);
  expect(keys.reduce((sum, { value }) => sum + value, 0)).toBe(4000);
  expect(Buffer.byteLength(text)).toBeLessThan(2_000_000);
});

const SPEC: TaskSpec = {
  task: 'orders',
  source: { host: 'a', port: 1, tls: false, db: 0, user: undefined, password: 'hunter2' },
  target: { host: 'b', port: 2, tls: false, db: 0, user: 'writer', password: 'hunter2' },
  ...{
    existing: 'fail',
    onFlush: 'stop',
    until: 'stopped',
    fullOnly: false,
    retryForMs: 1,
    spoolDir: '/tmp',
  },
  ...{ spoolMaxBytes: 1024 ** 2, maxCommandsPerSecond: 0 },
};

test('a run of the command line is told as a task of a host is, without its secrets', async () => {
  const run = new FollowedRun(SPEC, 1000);
  const report = metrics({ atMs: 2000, sourceAtMs: 2000 });
  run.event({ type: 'metrics', metrics: report }, 2000);
  const text = await exposition('1', [run.measured(2000)]);

  expect(valueOf(parseMetrics(text), 'lockstep_task_lag_seconds')).toBe(report.lag.seconds);
  expect(text).toContain('{task="orders",name="orders",target="b:2"');
  expect(text).not.toContain('hunter2');
});

test('a run is ready once it is past its beginnings, and live as long as its engine tells figures', () => {
  const run = new FollowedRun(SPEC, 1000);
  const healthAt = (nowMs: number): [boolean, boolean] => {
    const { live, ready } = healthOf([run.measured(nowMs)], nowMs);
    return [live, ready];
  };
  expect(healthAt(2000)).toEqual([true, false]);
  run.event({ type: 'metrics', metrics: metrics({ atMs: 3000, sourceAtMs: 3000 }) }, 3000);
  expect(healthAt(3000)).toEqual([true, true]);
  expect(healthAt(90_000)).toEqual([false, false]);
  run.event({ type: 'failed', code: 'SOURCE_AUTH', fact: 'x', resumable: true }, 91_000);
  expect(healthAt(91_000)).toEqual([true, false]);
});
