import { describe, expect, it } from 'vitest';
import { summarise } from '../../../../renderer/setup/start/summary.ts';
import type { Draft } from '../../../../shared/model/profile.ts';
import { draft, endpointForm, GB } from '../../../support/page/fixtures.ts';
import { emptyServer, server } from '../../../support/page/setup-figures/servers.ts';

const target = (number: number) => endpointForm(`target-${number}`, { host: `10.0.1.${number}` });
const one = (change: Partial<Draft> = {}): Draft =>
  draft('d1', { source: endpointForm('source', { host: '10.0.0.5' }), targets: [target(1)], ...change });
const source = server({
  databases: [
    { db: 0, keys: 1_204_000, expires: 0 },
    { db: 3, keys: 331, expires: 0 },
  ],
});

describe('the summary', () => {
  it('says what is copied from where to where, and what happens to keys that stand there', () => {
    expect(summarise(one(), { source }).slice(0, 2)).toEqual([
      'Copy all databases of 10.0.0.5:6379 (Redis 7.2.5, 1,204,331 keys, 3.1 GB) to 10.0.1.1:6379, then pass on every change until you stop it.',
      'Keys already on the target are left alone: the task refuses to start if there are any.',
    ]);
  });

  it('says of how many shards a cluster is', () => {
    const topology = { shards: 3, uncoveredSlots: 0, movingSlots: 0, nodes: [] };
    const sides = { source: { ...source, topology }, 'target-1': { ...emptyServer(), topology } };
    expect(summarise(one(), sides)[0]).toBe(
      'Copy all databases of 10.0.0.5:6379 (Redis 7.2.5, cluster of 3 shards, 1,204,331 keys, 3.1 GB) to 10.0.1.1:6379 (a cluster of 3 shards), then pass on every change until you stop it.',
    );
  });

  it('counts the keys of the chosen databases only', () => {
    expect(summarise(one({ databases: [3] }), { source })[0]).toContain(
      'Copy database 3 of 10.0.0.5:6379 (Redis 7.2.5, 331 keys, 3.1 GB)',
    );
  });

  it('says which databases get another number, and counts what stands there', () => {
    const map = {
      databases: [0, 3],
      databaseMap: [
        { from: 3, into: 1 },
        { from: 7, into: 2 },
      ],
    };
    const holding = server({
      databases: [
        { db: 1, keys: 4, expires: 0 },
        { db: 3, keys: 9, expires: 0 },
      ],
    });
    const [copied, standing] = summarise(one({ ...map, existing: 'overwrite' }), { 'target-1': holding });
    expect(copied).toContain('to 10.0.1.1:6379 (database 3 into database 1 there), then');
    expect(standing).toContain('(4 keys there now)');
  });

  it('says nothing of a source that could not be asked', () => {
    expect(summarise(one(), {})[0]).toBe(
      'Copy all databases of 10.0.0.5:6379 to 10.0.1.1:6379, then pass on every change until you stop it.',
    );
  });

  it('says that primaries are spared', () => {
    expect(summarise(one({ readFrom: 'replicas' }), {})[2]).toMatch(/read from one of its replicas/);
    expect(summarise(one(), {}).join(' ')).not.toContain('replica');
  });

  it('says that a full copy ends', () => {
    expect(summarise(one({ fullOnly: true }), {})[0]).toBe(
      'Copy all databases of 10.0.0.5:6379 to 10.0.1.1:6379 once; changes made on the source after that are not passed on.',
    );
  });

  it('says what is gone without', () => {
    expect(summarise(one({ functions: 'skip' }), {})[2]).toMatch(
      /^Function libraries of the source are left out/,
    );
    expect(summarise(one(), {}).join()).not.toContain('Function libraries');
  });

  it('says that a setting of the target is used, where something follows the copy', () => {
    expect(summarise(one({ importMode: 'use' }), {})[2]).toMatch(/its import-mode is on while the task runs/);
    for (const without of [one(), one({ importMode: 'use', fullOnly: true })])
      expect(summarise(without, {}).join()).not.toContain('import-mode');
  });

  it('names what is overwritten, as far as every target was asked', () => {
    const overwrite = one({ existing: 'overwrite', targets: [target(1), target(2)] });
    const holding = server({ databases: [{ db: 0, keys: 1, expires: 0 }] });
    expect(summarise(overwrite, { 'target-1': holding, 'target-2': emptyServer() })[1]).toBe(
      'Keys of the same name that are already on the targets (1 key there now) are overwritten. Other keys stay, and a flush of the source stops the task before it removes them.',
    );
    expect(summarise({ ...overwrite, onFlush: 'apply' }, { 'target-1': holding })[1]).toBe(
      'Keys of the same name that are already on the targets are overwritten. Other keys stay until the source is flushed, which removes them as well.',
    );
  });

  it('lists a few targets and counts many', () => {
    const to = (count: number): string =>
      summarise(one({ targets: Array.from({ length: count }, (_, i) => target(i + 1)) }), {})[0]!;
    expect(to(2)).toContain(
      'to each of 2 targets (10.0.1.1:6379 and 10.0.1.2:6379), then pass on every change until you stop them.',
    );
    expect(to(8)).toContain('to each of 8 targets, then');
  });

  it('brackets an IPv6 address', () => {
    expect(summarise(one({ source: endpointForm('source', { host: '2001:db8::1' }) }), {})[0]).toContain(
      'of [2001:db8::1]:6379 to',
    );
  });

  it('tells the limits with their units', () => {
    expect(
      summarise(
        one({
          maxCommandsPerSecond: 5000,
          maxBytesPerSecond: 10 * 1024 ** 2,
          spoolMaxBytes: GB,
          retryForMinutes: 90,
        }),
        {},
      ).slice(2),
    ).toEqual([
      'At most 5,000 commands/s and 10.0 MB/s are sent to the target; up to 1.0 GB of changes wait on this machine when the target is slower.',
      'A fault that may heal is retried for 1 h 30 min.',
    ]);
    expect(summarise(one(), {})[2]).toMatch(/^Everything is sent as fast as the target takes it;/);
  });
});
