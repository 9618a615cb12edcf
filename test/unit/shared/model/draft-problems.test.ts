import { describe, expect, test } from 'vitest';
import { draftProblems } from '../../../../shared/model/draft-problems.ts';
import { emptyDraft, emptyEndpoint, type Draft } from '../../../../shared/model/profile.ts';

const good = (): Draft => ({
  ...emptyDraft('d', 0),
  name: 'Orders',
  source: { ...emptyEndpoint('source'), host: 'a.example' },
  targets: [{ ...emptyEndpoint('target-1'), host: 'b.example' }],
});

const paths = (draft: Draft): string[] => draftProblems(draft).map(({ path }) => path);

describe('draft problems', () => {
  test('a complete draft has none', () => {
    expect(draftProblems(good())).toEqual([]);
  });

  test('a fresh draft lacks both hosts and a name, each with its step and a sentence', () => {
    const problems = draftProblems(emptyDraft('d', 0));
    expect(problems.map(({ path, step }) => [path, step])).toEqual([
      ['source.host', 0],
      ['targets.0.host', 0],
      ['name', 2],
    ]);
    for (const { message } of problems) expect(message).toMatch(/^[A-Z].*\.$/);
  });

  test.each(['redis://a', 'user:pw@a', 'a b', 'a/0'])('the host %s is not one', (host) => {
    expect(paths({ ...good(), source: { ...good().source, host } })).toEqual(['source.host']);
  });

  test.each([null, 0, 65_536, 1.5])('the port %s is not one', (port) => {
    expect(paths({ ...good(), source: { ...good().source, port } })).toEqual(['source.port']);
  });

  test('a target that is the source, or another target, is told', () => {
    const { source } = good();
    const twice = { ...good(), targets: [{ ...source, id: 'target-1', host: 'A.example ' }] };
    expect(draftProblems(twice)).toMatchObject([
      { path: 'targets.0.host', message: 'This is the same server as the source.' },
    ]);
    const [target] = good().targets;
    expect(draftProblems({ ...good(), targets: [target!, { ...target!, id: 'target-2' }] })).toMatchObject([
      { path: 'targets.1.host', message: 'This is the same server as target 1.' },
    ]);
  });

  test('certificates matter only with TLS, and belong to a key', () => {
    const source = {
      ...good().source,
      ca: 'nonsense',
      certificate: '-----BEGIN CERTIFICATE-----',
      hasKey: false,
    };
    expect(paths({ ...good(), source })).toEqual([]);
    expect(paths({ ...good(), source: { ...source, tls: true } })).toEqual(['source.ca', 'source.key']);
    const keyOnly = { ...source, ca: '', certificate: '', hasKey: true, tls: true };
    expect(paths({ ...good(), source: keyOnly })).toEqual(['source.certificate']);
  });

  test.each([
    [{ databases: [] }, 'databases'],
    [{ databases: [0, 3], databaseMap: [{ from: 3, into: 0 }] }, 'databaseMap'],
    [{ name: 'x'.repeat(101) }, 'name'],
    [{ retryForMinutes: null }, 'retryForMinutes'],
    [{ expirySlackSeconds: 9 }, 'expirySlackSeconds'],
    [{ expirySlackSeconds: 3601 }, 'expirySlackSeconds'],
    [{ retryForMinutes: 14_401 }, 'retryForMinutes'],
    [{ maxCommandsPerSecond: -1 }, 'maxCommandsPerSecond'],
    [{ maxBytesPerSecond: 1.5 }, 'maxBytesPerSecond'],
    [{ spoolMaxBytes: 1000 }, 'spoolMaxBytes'],
  ] as const)('%j is told at %s', (changes, path) => {
    expect(paths({ ...good(), ...(changes as Partial<Draft>) })).toEqual([path]);
  });
});
