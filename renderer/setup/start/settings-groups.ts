import { formatBytes, formatCount, formatDuration, formatMinutes } from '../../../shared/format/numbers.ts';
import { effectiveMap } from '../../../shared/model/database-map.ts';
import { DEFAULT_SLACK_SECONDS, type Draft, type EndpointForm } from '../../../shared/model/profile.ts';
import { usesImportMode } from './summary.ts';
import { nameDatabases } from '../what/database-list.ts';
import { addressOf, bySentinels } from '../../../shared/model/server-address.ts';

/** Settings of one step, as label and text. */
export interface SettingsGroup {
  readonly step: number;
  readonly settings: readonly { readonly label: string; readonly text: string }[];
}

/** Everything that was set, by the step on which it can be changed. Holds no secret. */
export function settingsGroups(draft: Draft, defaultSpoolDir: string): SettingsGroup[] {
  const several = draft.targets.length > 1;
  return [
    {
      step: 0,
      settings: [
        { label: 'Source', text: describeEndpoint(draft.source) },
        ...draft.targets.map((target, index) => ({
          label: several ? `Target ${index + 1}` : 'Target',
          text: describeEndpoint(target),
        })),
      ],
    },
    {
      step: 1,
      settings: [
        {
          label: 'Databases',
          text: draft.databases === null ? 'All' : capital(nameDatabases(draft.databases)),
        },
        ...effectiveMap(draft).map(({ from, into }) => ({
          label: `Database ${from}`,
          text: `Into database ${into} of the target`,
        })),
        { label: 'Changes', text: draft.fullOnly ? 'Full copy only' : 'Full copy, then every change' },
        {
          label: 'Existing data',
          text: draft.existing === 'fail' ? 'Precheck and report' : 'Overwrite keys of the same name',
        },
        ...(draft.existing === 'overwrite'
          ? [{ label: 'Flush of the source', text: FLUSH[draft.onFlush] }]
          : []),
        ...(draft.functions === 'skip'
          ? [{ label: 'Function libraries', text: 'Left out where the target knows none' }]
          : []),
      ],
    },
    {
      step: 2,
      settings: [
        { label: 'Name', text: draft.name },
        { label: 'Retry for', text: formatMinutes(draft.retryForMinutes ?? 0) },
        ...(draft.expirySlackSeconds === DEFAULT_SLACK_SECONDS
          ? []
          : [{ label: 'Late expiry', text: lateness(draft.expirySlackSeconds) }]),
        ...(usesImportMode(draft)
          ? [{ label: 'import-mode of the target', text: 'Used where it is a Valkey of 8.1 or later' }]
          : []),
        ...(draft.readFrom === 'replicas'
          ? [{ label: 'Read of the source', text: 'A replica of each shard' }]
          : []),
        { label: 'Commands a second', text: limit(draft.maxCommandsPerSecond, formatCount) },
        { label: 'Bytes a second', text: limit(draft.maxBytesPerSecond, formatBytes) },
        {
          label: 'Buffer on this machine',
          text: `Up to ${formatBytes(draft.spoolMaxBytes ?? 0)} in ${draft.spoolDir || defaultSpoolDir || 'the default folder'}`,
        },
      ],
    },
  ];
}

const FLUSH = { stop: 'Stop the task', apply: 'Flush the target as well' } as const;

const lateness = (seconds: number | null): string =>
  `Up to ${formatDuration((seconds ?? 0) * 1000)} on the target while in step`;

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

const limit = (value: number | null, format: (value: number) => string): string =>
  value ? format(value) : 'No limit';

function describeEndpoint(endpoint: EndpointForm): string {
  const { user, hasPassword, tls, sentinelUser, hasSentinelPassword, sentinelTls, verify } = endpoint;
  const login = (name: string, password: boolean, encrypted: boolean): string =>
    [
      name === '' ? 'default user' : `user ${name}`,
      password ? 'with a password' : 'without a password',
      ...(encrypted ? [verify ? 'TLS' : 'TLS without verification'] : []),
    ].join(', ');
  const server = `${addressOf(endpoint)}, ${login(user, hasPassword, tls)}`;
  return bySentinels(endpoint)
    ? `${server}; its Sentinels: ${login(sentinelUser, hasSentinelPassword, sentinelTls)}`
    : server;
}
