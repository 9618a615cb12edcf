import { beforeEach, describe, expect, it, vi } from 'vitest';
import { systemWorld } from '../../../../electron/engine/world/system-world.ts';
import type { TaskEvents } from '../../../../electron/engine/events/task-events.ts';
import { TaskRun } from '../../../../electron/engine/parts/task-run.ts';
import type { AskedKey } from '../../../../electron/engine/repair/asked-keys.ts';
import type { TaskSpec } from '../../../../shared/model/task-spec.ts';

/** What the sessions are, and what is done to them. */
const world = vi.hoisted(() => ({ look: undefined as unknown, done: [] as string[] }));

const sessionOf = vi.hoisted(
  () => (name: string) =>
    class {
      isOfCluster = (): unknown => (world.look as () => unknown)();
      leave = async (): Promise<void> => void world.done.push(`${name} left`);
      run = async (): Promise<string> => name;
      stop = (how: string): unknown => world.done.push(`${name} stop ${how}`);
      pause = (): unknown => world.done.push(`${name} pause`);
      resume = (): unknown => world.done.push(`${name} resume`);
      setLimits = (): unknown => world.done.push(`${name} limits`);
      asked: string[] = [];
      repair = (keys: string[]): void => {
        this.asked.push(...keys);
        if (keys.length > 0) world.done.push(`${name} repair ${keys.join(' ')}`);
      };
      takeAsked = (): string[] => this.asked.splice(0);
    },
);

vi.mock('../../../../electron/engine/task/sync-session.ts', () => ({ SyncSession: sessionOf('sole') }));
vi.mock('../../../../electron/engine/parts/cluster-session.ts', () => ({
  ClusterSession: sessionOf('cluster'),
}));

const taskRun = (): TaskRun => new TaskRun(systemWorld, {} as TaskSpec, {} as TaskEvents);
const NO_LIMITS = { maxCommandsPerSecond: 0, maxBytesPerSecond: 0 };

beforeEach(() => {
  world.done.length = 0;
  world.look = async () => false;
});

describe('a run of a task', () => {
  it('follows one server by itself', async () => {
    expect(await taskRun().run()).toBe('sole');
    expect(world.done).toEqual([]);
  });

  it('follows a cluster shard by shard, and carries over what it was told before it knew', async () => {
    world.look = async () => true;
    const run = taskRun();
    const outcome = run.run();
    run.setLimits(NO_LIMITS);
    run.pause();
    run.stop('drain');
    run.repair(['a', 'b'] as unknown as AskedKey[]);
    expect(await outcome).toBe('cluster');
    expect(world.done.slice(4)).toEqual([
      'sole left',
      'cluster limits',
      'cluster pause',
      'cluster stop drain',
      'cluster repair a b',
    ]);
    run.resume();
    expect(world.done.at(-1)).toBe('cluster resume');
  });

  it('refuses one server whose replicas are to be read', async () => {
    const source = { host: 'a', port: 1, tls: false, db: 0 };
    const spec = { source, readFrom: 'replicas' } as unknown as TaskSpec;
    const run = new TaskRun(systemWorld, spec, {} as TaskEvents);
    await expect(run.run()).rejects.toMatchObject({ code: 'SOURCE_NOT_CLUSTER' });
    expect(world.done).toEqual(['sole left']);
  });

  it('ends with what kept the source from being asked', async () => {
    world.look = async () => Promise.reject(new Error('away'));
    await expect(taskRun().run()).rejects.toThrow('away');
    expect(world.done).toEqual(['sole left']);
  });
});
