import { describe, expect, it } from 'vitest';
import { engineCommandSchema, engineEventSchema } from '../../../../shared/contract/engine-messages.ts';
import type { TaskSpec } from '../../../../shared/model/task-spec.ts';

const endpoint = { host: 'h', port: 6379, user: undefined, password: undefined, tls: false, db: 0 };
const spec: TaskSpec = {
  task: 't',
  source: endpoint,
  target: endpoint,
  databases: undefined,
  existing: 'fail',
  onFlush: 'stop',
  until: 'stopped',
  fullOnly: false,
  retryForMs: 0,
  spoolDir: '/tmp',
  spoolMaxBytes: 1024 * 1024,
  maxCommandsPerSecond: 0,
};
const starts = (more: object): boolean =>
  engineCommandSchema.safeParse({ type: 'start', spec: { ...spec, ...more } }).success;

describe('what a host tells an engine', () => {
  it('is a task, as it stands after its way through JSON', () => {
    const sent: unknown = JSON.parse(JSON.stringify({ type: 'start', spec }));
    expect(engineCommandSchema.parse(sent)).toEqual({ type: 'start', spec });
  });

  it.each([
    { task: '' },
    { task: 'two words' },
    { task: 'x'.repeat(201) },
    { databases: [-1] },
    { databases: [0.5] },
    { existing: 'keep' },
    { retryForMs: -1 },
    { spoolDir: '' },
    { spoolMaxBytes: 1000 },
    { maxCommandsPerSecond: 1.5 },
    { source: { ...endpoint, port: 0 } },
    { target: { ...endpoint, host: '' } },
  ])('is no task with %o', (more) => {
    expect(starts({})).toBe(true);
    expect(starts(more)).toBe(false);
  });

  it('is a stop, gentle or not', () => {
    for (const how of ['drain', 'now'])
      expect(engineCommandSchema.safeParse({ type: 'stop', how }).success).toBe(true);
    expect(engineCommandSchema.safeParse({ type: 'stop', how: 'later' }).success).toBe(false);
  });
});

describe('what an engine tells of a source that is a cluster', () => {
  const flow = { commandsPerSecond: 0, bytesPerSecond: 0, commands: 0, bytes: 0 };
  const feed = {
    part: 1,
    slots: '0-5460,5462',
    at: '10.0.0.1:7000',
    phase: 'in-step',
    lag: { bytes: 1, seconds: 0 },
    offsets: { source: 3, received: 3, applied: 2 },
    read: flow,
    applied: flow,
    keysDone: 7,
    spool: { bytes: 0, diskBytes: 0 },
  };
  const metrics = {
    atMs: 0,
    phase: 'in-step',
    copy: { bytesDone: 0, bytesReceived: 0, keysDone: 0 },
    read: flow,
    applied: flow,
    offsets: feed.offsets,
    lag: feed.lag,
    spool: feed.spool,
    databases: [],
    evictedKeys: 0,
    librariesLeftOut: 0,
    faults: 0,
    rssBytes: 0,
  };
  const readMetrics = (more: object): unknown => {
    const read = engineEventSchema.safeParse({ type: 'metrics', metrics: { ...metrics, ...more } });
    return read.success && read.data.type === 'metrics' ? read.data.metrics.feeds : 'refused';
  };

  it('has its figures shard by shard', () => {
    expect(readMetrics({})).toBeUndefined();
    expect(readMetrics({ feeds: [feed, { ...feed, part: 2 }] })).toEqual([feed, { ...feed, part: 2 }]);
  });

  it.each([{ part: 0 }, { slots: '' }, { slots: '1,'.repeat(50_001) }, { at: '' }, { phase: 'lost' }])(
    'is no shard with %o',
    (wrong) => expect(readMetrics({ feeds: [{ ...feed, ...wrong }] })).toBe('refused'),
  );

  it('has no more shards than a cluster can have', () => {
    expect(readMetrics({ feeds: Array.from({ length: 1000 }, () => feed) })).toHaveLength(1000);
    expect(readMetrics({ feeds: Array.from({ length: 1001 }, () => feed) })).toBe('refused');
  });

  it('ends with the offset of each', () => {
    const outcome = {
      reason: 'stopped',
      resumable: true,
      replid: '',
      offset: 30,
      keysCopied: 0,
      commandsApplied: 0,
      fullCopies: 0,
      evictedKeys: 0,
      feeds: [{ slots: '0-16383', replid: 'a', offset: 30 }],
    };
    const read = engineEventSchema.parse({ type: 'finished', outcome });
    expect(read).toEqual({ type: 'finished', outcome });
  });
});

describe('what an engine tells its host', () => {
  it('names an error by a code that exists', () => {
    const failed = (code: string): boolean =>
      engineEventSchema.safeParse({ type: 'failed', code, fact: 'x', resumable: false }).success;
    expect(failed('SOURCE_AUTH')).toBe(true);
    expect(failed('SOMETHING_ELSE')).toBe(false);
    expect(failed('toString')).toBe(false);
  });
});
