import type { TaskSpec } from '../../shared/model/task-spec.ts';

export const TASK = 'simulated';
export const SOURCE_PORT = 7001;
export const TARGET_PORT = 7002;
/** Of the nodes of a cluster the first is at the port that the task is given; the others follow these. */
export const SOURCE_NODE_PORTS = 7100;
export const TARGET_NODE_PORTS = 7500;

const endpoint = (port: number): TaskSpec['source'] => ({
  host: '127.0.0.1',
  port,
  user: undefined,
  password: undefined,
  tls: false,
  db: 0,
});

/** The task of a history: what the command line gives by default, with the smallest bound of late expiry, but for what is `special` to it. */
export const specOf = (spoolDir: string, special: Partial<TaskSpec> = {}): TaskSpec => ({
  task: TASK,
  source: endpoint(SOURCE_PORT),
  target: endpoint(TARGET_PORT),
  existing: 'fail',
  onFlush: 'stop',
  until: 'stopped',
  allowShrinkPercent: 100,
  fullOnly: false,
  retryForMs: 120_000,
  spoolDir,
  spoolMaxBytes: 64 * 1024 ** 2,
  expiryLateMs: 10_000,
  maxCommandsPerSecond: 0,
  ...special,
});
