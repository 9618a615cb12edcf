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

describe('what an engine tells its host', () => {
  it('names an error by a code that exists', () => {
    const failed = (code: string): boolean =>
      engineEventSchema.safeParse({ type: 'failed', code, fact: 'x', resumable: false }).success;
    expect(failed('SOURCE_AUTH')).toBe(true);
    expect(failed('SOMETHING_ELSE')).toBe(false);
    expect(failed('toString')).toBe(false);
  });
});
