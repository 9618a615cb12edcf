import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import type { Draft, EndpointForm } from '../../../../shared/model/profile.ts';
import type { ServerSummary } from '../../../../shared/model/server-summary.ts';
import { draft, endpointForm, GB } from '../fixtures.ts';
import type { Scenario, Scenarios } from '../scenario.ts';
import { MIXED, results } from '../setup-figures/precheck-results.ts';
import { scriptedPrecheck, type PrecheckScript } from '../setup-figures/scripted-precheck.ts';
import {
  clusterServer,
  emptyServer,
  server,
  sixteenDatabases,
  watchedServer,
} from '../setup-figures/servers.ts';

/** Set-ups, all of the draft with the id `d1`. */

const source = endpointForm('source', { host: '10.0.0.5', hasPassword: true });
const target = (id: string, host: string, change: Partial<EndpointForm> = {}): EndpointForm =>
  endpointForm(id, { host, user: 'sync', hasPassword: true, ...change });
const watched = endpointForm('source', {
  kind: 'sentinels',
  sentinels: 's1.example:26379\ns2.example:26379\ns3.example:26379',
  primaryName: 'mymaster',
  hasPassword: true,
  hasSentinelPassword: true,
});
const filled: Partial<Draft> = {
  source,
  targets: [target('target-1', '10.0.0.9')],
  name: '10.0.0.5 → 10.0.0.9',
};
const EIGHT = Array.from({ length: 8 }, (_, index) =>
  target(`target-${index + 1}`, `standby-${index + 1}.eu-central.example.net`),
);
const LONG = 'orders-primary-0001.very-long-cluster-name.abcdefghijkl.0001.euc1.cache.cloud.example.com';

interface Story {
  readonly draft?: Partial<Draft>;
  readonly servers?: Readonly<Record<string, ServerSummary | LockstepError>>;
  readonly precheck?: PrecheckScript;
  readonly more?: Partial<Scenario>;
}

function story({ draft: change, servers = {}, precheck, more }: Story = {}): Scenario {
  return {
    drafts: [draft('d1', { ...filled, ...change })],
    ...more,
    answers: {
      'connection.test': async ({ side, endpoint }) => {
        await new Promise((resolve) => setTimeout(resolve, 60));
        const known = servers[endpoint.id] ?? servers[side] ?? (side === 'source' ? server() : emptyServer());
        if (known instanceof LockstepError) throw known;
        return known;
      },
      ...scriptedPrecheck(precheck ?? { finds: () => results() }),
      ...more?.answers,
    },
  };
}

const standing = server({
  usedMemoryBytes: 0.2 * GB,
  databases: [
    { db: 0, keys: 12_000, expires: 0 },
    { db: 3, keys: 340, expires: 12 },
  ],
});
const never = (): Promise<never> => new Promise(() => undefined);
const passed = { finds: () => results(), before: results() };

export const scenarios: Scenarios = {
  'setup-new': () => ({ ...story(), drafts: [draft('d1')] }),
  'setup-servers': () => story(),
  'setup-refused': () =>
    story({
      servers: {
        source: new LockstepError('SOURCE_AUTH', '10.0.0.5:6379: WRONGPASS invalid username-password pair'),
        target: new LockstepError('TARGET_UNREACHABLE', '10.0.0.9:6379: connection refused'),
      },
    }),
  'setup-cluster': () =>
    story({
      servers: {
        source: clusterServer(),
        target: emptyServer({ product: 'Valkey', version: '8.1.0', loading: true, maxMemoryBytes: 0 }),
      },
    }),
  'setup-sentinels': () => story({ draft: { source: watched }, servers: { source: watchedServer() } }),
  'setup-sentinels-tls': () =>
    story({
      draft: { source: { ...watched, tls: true, sentinelTls: true, verify: false } },
      servers: { source: watchedServer() },
    }),
  'setup-sentinels-refused': () =>
    story({
      draft: { source: watched },
      servers: {
        source: new LockstepError('SOURCE_SENTINEL_AUTH', 's1.example:26379: WRONGPASS invalid password'),
      },
    }),
  'setup-sentinels-start': () =>
    story({ draft: { step: 3, source: watched }, servers: { source: watchedServer() }, precheck: passed }),
  'setup-tls': () =>
    story({
      draft: {
        source: {
          ...source,
          tls: true,
          verify: false,
          ca: '-----BEGIN CERTIFICATE-----\nMIIB…\n',
          hasKey: true,
        },
      },
    }),
  'setup-eight': () =>
    story({ draft: { targets: EIGHT }, precheck: { finds: (_, n) => results(n > 1 ? {} : MIXED) } }),
  'setup-long': () =>
    story({
      draft: {
        source: { ...source, host: LONG },
        targets: [target('target-1', '2001:db8:85a3:8d3:1319:8a2e:370:7348', { port: 16_379 })],
        name: `${LONG} → 2001:db8:85a3:8d3:1319:8a2e:370:7348`.slice(0, 100),
      },
      servers: { source: sixteenDatabases() },
    }),
  'setup-what': () => story({ draft: { step: 1 }, servers: { source: sixteenDatabases() } }),
  'setup-what-overwrite': () =>
    story({
      draft: { step: 1, existing: 'overwrite', databases: [0, 3, 20], targets: [...EIGHT.slice(0, 3)] },
      servers: {
        source: sixteenDatabases(),
        'target-1': standing,
        'target-2': emptyServer(),
        'target-3': new LockstepError(
          'TARGET_UNREACHABLE',
          'standby-3.eu-central.example.net:6379: no route',
        ),
      },
    }),
  'setup-what-older': () =>
    story({ draft: { step: 1 }, servers: { target: emptyServer({ version: '6.2.14' }) } }),
  'setup-what-unknown': () =>
    story({
      draft: { step: 1, databases: [] },
      servers: { source: new LockstepError('SOURCE_UNREACHABLE', '10.0.0.5:6379: connection refused') },
    }),
  'setup-how': () => story({ draft: { step: 2, maxBytesPerSecond: 50 * 1024 ** 2 } }),
  'setup-how-valkey': () =>
    story({
      draft: { step: 2 },
      servers: { target: emptyServer({ product: 'Valkey', version: '8.1.1' }) },
    }),
  'setup-precheck-waiting': () =>
    story({ draft: { step: 3 }, precheck: { finds: () => results(MIXED), haltAfter: 0 } }),
  'setup-precheck-running': () =>
    story({ draft: { step: 3 }, precheck: { finds: () => results(MIXED), haltAfter: 14 } }),
  'setup-precheck-problems': () =>
    story({ draft: { step: 3 }, precheck: { finds: () => results(MIXED), together: 8 } }),
  'setup-precheck-warnings': () =>
    story({
      draft: { step: 3 },
      precheck: {
        finds: () =>
          results({ 'source-timeout': MIXED['source-timeout']!, 'source-backlog': MIXED['source-backlog']! }),
        together: 8,
      },
    }),
  'setup-precheck-passed': () => story({ draft: { step: 3 }, precheck: passed }),
  'setup-precheck-broke-off': () =>
    story({
      draft: { step: 3 },
      precheck: {
        finds: () => results(),
        together: 2,
        fault: {
          after: 4,
          fault: { code: 'ENGINE_DIED', fact: 'it ended with signal SIGKILL', atMs: Date.now() },
        },
      },
    }),
  'setup-precheck-eight': () =>
    story({
      draft: { step: 3, targets: EIGHT },
      precheck: { finds: (id) => results(Number(id.at(-1)) % 3 === 1 ? MIXED : {}), together: 8 },
    }),
  'setup-start': () => story({ draft: { step: 3 }, precheck: passed }),
  'setup-start-eight': () =>
    story({
      draft: { step: 3, targets: EIGHT, existing: 'overwrite' },
      servers: { 'target-2': standing },
      precheck: passed,
    }),
  'setup-start-refused': () =>
    story({
      draft: { step: 3 },
      precheck: passed,
      more: {
        answers: {
          'task.create': () => {
            throw new LockstepError('PRECHECK_OPEN', 'the settings were changed since the checks were run');
          },
        },
      },
    }),
  'setup-not-saved': () =>
    story({
      more: {
        answers: {
          'draft.save': () => {
            throw new LockstepError('STORE_UNWRITABLE', 'drafts.json: no space left on device');
          },
        },
      },
    }),
  'setup-loading': () => story({ more: { answers: { 'draft.list': never } } }),
  'setup-load-failed': () =>
    story({
      more: {
        answers: {
          'draft.list': () => {
            throw new LockstepError('STORE_DAMAGED', 'drafts.json is not JSON');
          },
        },
      },
    }),
};
