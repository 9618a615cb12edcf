import { describe, expect, it } from 'vitest';
import {
  createConnectionTests,
  fingerprint,
} from '../../../../renderer/setup/connection/connection-tests.ts';
import type { ServerSummary } from '../../../../shared/model/server-summary.ts';
import { endpointForm } from '../../../support/page/fixtures.ts';
import { server } from '../../../support/page/setup-figures/servers.ts';

const endpoint = endpointForm('source', { host: '10.0.0.5' });

describe('a connection test', () => {
  it('keeps what it found while another one runs', async () => {
    const ends: ((summary: ServerSummary) => void)[] = [];
    const tests = createConnectionTests(
      () => new Promise((resolve) => ends.push(resolve)),
      () => 5,
    );
    const first = tests.run('source', endpoint, 0);
    ends[0]!(server());
    await first;
    const outcome = { of: fingerprint(endpoint, 0), atMs: 5, summary: server(), failure: null };
    expect(tests.store.getState().source).toEqual({ running: false, outcome });
    void tests.run('source', endpoint, 0);
    expect(tests.store.getState().source).toEqual({ running: true, outcome });
  });

  it('that a later one has overtaken changes nothing', async () => {
    const ends: ((summary: ServerSummary) => void)[] = [];
    const tests = createConnectionTests(() => new Promise((resolve) => ends.push(resolve)));
    const first = tests.run('source', endpoint, 0);
    const second = tests.run('source', { ...endpoint, host: '10.0.0.6' }, 0);
    ends[1]!(server({ version: '8.0.0' }));
    await second;
    ends[0]!(server({ version: '6.0.0' }));
    await first;
    expect(tests.store.getState().source?.outcome?.summary?.version).toBe('8.0.0');
  });

  it('that failed says why', async () => {
    const failure = new Error('refused');
    const tests = createConnectionTests(() => Promise.reject(failure));
    await tests.run('target', endpoint, 0);
    expect(tests.store.getState().source).toMatchObject({
      running: false,
      outcome: { summary: null, failure },
    });
  });

  it.each([
    [{ host: '10.0.0.6' }, 0],
    [{ port: 6380 }, 0],
    [{ user: 'app' }, 0],
    [{ tls: true }, 0],
    [{ hasPassword: true }, 0],
    [{}, 1],
  ])('no longer holds after %j, revision %i of the secrets', (change, revision) => {
    expect(fingerprint({ ...endpoint, ...change }, revision)).not.toBe(fingerprint(endpoint, 0));
  });

  it('still holds when something of TLS is entered that is not on', () => {
    expect(fingerprint({ ...endpoint, serverName: 'x' }, 0)).toBe(fingerprint(endpoint, 0));
  });
});
