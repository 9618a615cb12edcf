import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import type { FoundServer, ServerView } from '../../../../shared/servers/saved-server.ts';
import { GB, MINUTE_MS, draft, endpoint, endpointForm, task, watchedEndpoint } from '../fixtures.ts';
import type { Scenarios } from '../scenario.ts';

const found = (change: Partial<FoundServer> = {}): FoundServer => ({
  ...{ atMs: Date.now() - MINUTE_MS, product: 'Redis', version: '7.2.5', role: 'primary', shards: null },
  ...{ keys: 18_411_204, usedMemoryBytes: 3 * GB, maxMemoryBytes: 8 * GB, roundTripMs: 1, places: [] },
  ...change,
});

export const server = (id: string, change: Partial<ServerView> = {}): ServerView => ({
  ...{ id, name: id, group: 'Shop', colour: 'none', production: false, secretsMissing: false },
  endpoint: endpoint('server', `${id}.example`),
  look: { atMs: Date.now() - MINUTE_MS, fault: null, found: found() },
  ...change,
});

const servers = (): ServerView[] => [
  server('orders', { name: 'Orders live', production: true, colour: 'red' }),
  server('standby', {
    name: 'Orders standby',
    colour: 'blue',
    endpoint: { ...endpoint('server', 'standby.example'), user: 'writer', tls: true, hasPassword: true },
    look: {
      atMs: Date.now() - 4000,
      fault: { code: 'TARGET_UNREACHABLE', fact: 'standby.example:6379: connection refused' },
      found: found({ atMs: Date.now() - 90 * MINUTE_MS }),
    },
  }),
  server('sessions', {
    name: 'Sessions',
    group: '',
    endpoint: watchedEndpoint('server'),
    ...{ secretsMissing: true, look: null },
  }),
  server('cache', {
    name: 'Cache',
    group: 'Platform',
    look: {
      ...{ atMs: Date.now() - MINUTE_MS, fault: null },
      found: found({ product: 'Valkey', version: '8.1.1', shards: 3, maxMemoryBytes: 0 }),
    },
  }),
];

export const scenarios: Scenarios = {
  'saved-servers': () => ({ servers: servers() }),
  /** A task, a set-up, a comparison and a rehearsal that touch a server of production. */
  production: () => ({
    servers: servers(),
    tasks: [
      task('into-live', {
        name: 'Into live',
        changedSettings: [
          { setting: 'import-mode', from: 'no', to: 'yes', atMs: Date.now() - 5 * MINUTE_MS },
        ],
        source: endpoint('source', 'standby.example'),
        target: endpoint('target', 'orders.example'),
      }),
      task('from-live', {
        name: 'From live',
        state: 'stopped',
        phase: 'ended',
        targetStanding: 'late',
        changedSettings: [
          { setting: 'import-mode', from: 'no', to: 'yes', atMs: Date.now() - 90 * MINUTE_MS },
        ],
        source: endpoint('source', 'orders.example'),
        target: endpoint('target', '10.0.0.9'),
      }),
    ],
    drafts: (['synchronise', 'compare', 'rehearse'] as const).map((purpose, index) =>
      draft(`d${index + 1}`, {
        purpose,
        source: endpointForm('source', { host: 'orders.example' }),
        targets: [endpointForm('target-1', { host: '10.0.0.9' })],
      }),
    ),
    answers: {
      'comparison.start': ({ confirmed = [] }) => {
        if (confirmed.includes('Orders live')) throw new LockstepError('INTERNAL', 'it was let through');
        throw Object.assign(
          new LockstepError(
            'PRODUCTION_NAME_NEEDED',
            '“Orders live” (orders.example:6379): all that it holds is read',
          ),
          { fields: [{ path: 'confirmed', message: 'Orders live' }] },
        );
      },
    },
  }),
};
