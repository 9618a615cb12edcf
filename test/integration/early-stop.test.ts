import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Outcome } from '../../shared/contract/engine-messages.ts';
import { SyncSession } from '../../electron/engine/task/sync-session.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { startRun, taskSpec } from '../support/sync-run.ts';

let source: RedisProcess;
let target: RedisProcess;

beforeAll(async () => {
  [source, target] = await Promise.all([startRedis(), startRedis()]);
});
afterAll(async () => {
  await Promise.all([source?.stop(), target?.stop()]);
});
beforeEach(async () => {
  await target.client().flushall();
  await source.client().set('key', 'value');
});

/** A run that is asked to stop when it begins, or when it has just begun to look at the target. */
function stoppedAt(moment: 'connecting' | 'looking'): Promise<Outcome> {
  const stop = (): void => session.stop('drain');
  const session: SyncSession = new SyncSession(
    systemWorld,
    taskSpec(source.url, target.url, { until: 'stopped' }),
    {
      phase: (phase) => phase === moment && stop(),
      info: (text) => moment === 'looking' && text.startsWith('Connected') && setImmediate(stop),
      warning: () => undefined,
      located: () => undefined,
      changed: () => undefined,
      question: () => undefined,
    },
  );
  return session.run();
}

const checkpoint = (): Promise<Record<string, string>> =>
  target.client().hgetall('lockstep:{tasks}:checkpoint:test');

it('a run that is stopped before it has looked at the target says that, and changes nothing', async () => {
  await startRun(source.url, target.url, {}).outcome;
  const before = await checkpoint();
  await expect(stoppedAt('connecting')).rejects.toMatchObject({
    code: 'INTERRUPTED',
    message: expect.stringMatching(/^nothing was changed/) as string,
  });
  expect(await checkpoint()).toEqual(before);
});

it('a run that is stopped while it looks at the target ends where the task stands', async () => {
  const { offset } = await startRun(source.url, target.url, {}).outcome;
  const ended = await stoppedAt('looking');
  expect(ended).toMatchObject({ reason: 'stopped', resumable: true, fullCopies: 0, offset });
  const { active, state } = await checkpoint();
  expect({ active, state }).toEqual({ active: '0', state: 'streaming' });
});

it('a first run that is stopped so early says that its copy had not begun, and leaves nothing', async () => {
  await expect(stoppedAt('looking')).rejects.toMatchObject({
    code: 'INTERRUPTED',
    message: expect.stringMatching(/had not begun/) as string,
  });
  expect(await target.client().keys('*')).toEqual([]);
});
