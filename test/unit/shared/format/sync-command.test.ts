import { Command } from 'commander';
import { expect, test } from 'vitest';
import { taskSpecOf as fromFlags, type TaskFlags } from '../../../../electron/headless/cli/sync-options.ts';
import { taskSpecOf as fromTask } from '../../../../electron/backend/tasks/task-spec-of.ts';
import { syncCommand, syncScript } from '../../../../shared/format/sync-command.ts';
import { emptyEndpoint, type EndpointView, type TaskProfile } from '../../../../shared/model/profile.ts';
import { task } from '../../../support/page/fixtures.ts';

const SECRETS = { password: 'canary of the server', sentinelPassword: 'canary of the Sentinels' };
const ENV = {
  ...{ LOCKSTEP_SOURCE_PASSWORD: SECRETS.password, LOCKSTEP_TARGET_PASSWORD: SECRETS.password },
  LOCKSTEP_TARGET_SENTINEL_PASSWORD: SECRETS.sentinelPassword,
};
const server = (id: string, change: Partial<EndpointView> = {}): EndpointView => ({
  ...emptyEndpoint(id),
  ...{ host: `${id}.example`, port: 6379, ...change },
});
const made = (change: Partial<TaskProfile>): TaskProfile => ({
  ...task('orders'),
  ...{ wanted: 'stopped', source: server('source'), target: server('target'), ...change },
});

/** The words as a shell takes them. */
const wordsOf = (command: string): string[] =>
  [...command.replaceAll('\\\n', '').matchAll(/(?:'[^']*'|\\.|[^\s'\\])+/g)].map(([word]) =>
    word.replaceAll(/'([^']*)'|\\(.)/g, (_all, plain?: string, one?: string) => plain ?? one ?? ''),
  );

/** What the command line makes of the words. */
function typed(command: string): TaskFlags {
  const parsed = new Command()
    .option('--source <url>')
    .option('--target <url>')
    .option('--target-sentinel-user <name>')
    .option('--source-address-map <list>')
    .option('--task <name>')
    .option('--db <list>')
    .option('--existing <choice>', '', 'fail')
    .option('--on-flush <choice>', '', 'stop')
    .option('--allow-shrink <percent>', '', '50')
    .option('--functions <choice>', '', 'fail')
    .option('--import-mode <choice>', '', 'leave')
    .option('--source-read-from <choice>', '', 'primaries')
    .option('--until <moment>', '', 'stopped')
    .option('--full-only')
    .option('--retry-for <duration>', '', '720m')
    .option('--expiry-slack <duration>', '', '60s')
    .option('--buffer-dir <folder>')
    .option('--buffer-max <size>', '', '8gb')
    .option('--max-commands-per-second <n>')
    .option('--max-bytes-per-second <size>')
    .parse(wordsOf(command).slice(2), { from: 'user' });
  return parsed.opts<TaskFlags>();
}

const vault = (known: boolean) => ({ get: () => (known ? SECRETS : {}) });

test.each<[string, Partial<TaskProfile>]>([
  ['as it is set up by itself', { spoolDir: '/tmp' }],
  [
    'with every choice made otherwise',
    {
      ...{ databases: [0, 3], databaseMap: [{ from: 3, into: 5 }], existing: 'overwrite', onFlush: 'apply' },
      ...{ functions: 'skip', importMode: 'use', readFrom: 'replicas', fullOnly: true },
      ...{
        retryForMinutes: 7,
        expirySlackSeconds: 90,
        spoolMaxBytes: 3_000_000,
        spoolDir: "/with space/it's",
      },
      ...{ maxCommandsPerSecond: 5000, maxBytesPerSecond: 1_000_000 },
    },
  ],
  [
    'over TLS, as a user, behind an address map, by Sentinels',
    {
      spoolDir: '/tmp',
      source: server('source', {
        ...{ tls: true, user: 'a@b', hasPassword: true, host: '2001:db8::7' },
        addressMap: '10.0.0.1:6379=127.0.0.1:7001\n10.0.0.2=127.0.0.1',
      }),
      target: server('target', {
        ...{ kind: 'sentinels', host: '', port: 0, sentinels: 's1.example:26379\ns2.example:26380' },
        ...{ primaryName: 'mymaster', hasPassword: true, hasSentinelPassword: true, sentinelUser: 'watch' },
      }),
    },
  ],
])('a task %s is the same as the command that is copied', (_name, change) => {
  const profile = made(change);
  const { command, variables } = syncCommand(profile);
  const known = variables.length > 0;
  const { asks: _asks, ...wanted } = fromTask(profile, vault(known), '/tmp');
  const { allowShrinkPercent: _percent, ...given } = fromFlags(typed(command), known ? ENV : {});
  expect(told(given)).toEqual(told({ ...wanted, spoolDir: profile.spoolDir }));
});

/** Without what is as it is by itself. */
const told = (spec: object): unknown =>
  JSON.parse(JSON.stringify(spec), (key, value: unknown) => {
    if (key === 'databaseMap' && Array.isArray(value) && value.length === 0) return undefined;
    return key === 'tlsOptions' && JSON.stringify(value) === '{"verify":true}' ? undefined : value;
  });

test('no secret stands in it: each is asked for in the shell, by the name that the command line knows', () => {
  const script = syncScript(
    syncCommand(made({ source: server('source', { hasPassword: true, user: 'replicator' }) })),
  );
  expect(script.split('\n')).toEqual([
    "printf 'The password of the source: '; read -rs LOCKSTEP_SOURCE_PASSWORD; echo; export LOCKSTEP_SOURCE_PASSWORD",
    'lockstep sync \\',
    '  --source redis://replicator@source.example:6379 \\',
    '  --target redis://target.example:6379 \\',
    '  --task orders',
  ]);
});

test('what has no option on the command line is said', () => {
  const { notes } = syncCommand(
    made({ target: server('target', { tls: true, ca: 'PEM', certificate: 'PEM', verify: false }) }),
  );
  expect(notes).toEqual([
    expect.stringContaining('NODE_EXTRA_CA_CERTS'),
    expect.stringMatching(/no option for a client certificate, a certificate that is not looked at/),
  ]);
  expect(syncCommand(made({})).notes).toEqual([]);
});
