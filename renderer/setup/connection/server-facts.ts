import { describeCluster } from '../../../shared/format/cluster-words.ts';
import { formatBytes, formatCount, formatDuration } from '../../../shared/format/numbers.ts';
import type { EndpointForm } from '../../../shared/model/profile.ts';
import { bySentinels } from '../../../shared/model/server-address.ts';
import type { ServerSummary } from '../../../shared/model/server-summary.ts';
import { formatRoundTrip } from './cluster-words.ts';
import { describePrimary } from './sentinel-words.ts';

/** What a connection test found, as label and text; the same labels whether it has been made or not. */
export interface ServerFact {
  readonly label: string;
  readonly text: string;
}

const UNKNOWN = 'the server does not tell';

/** `endpoint` is the server as it is filled in. */
export function serverFacts(
  summary: ServerSummary | null,
  endpoint: Pick<EndpointForm, 'kind' | 'primaryName'>,
): ServerFact[] {
  const say = (text: (known: ServerSummary) => string): string => (summary ? text(summary) : '–');
  return [
    ...(bySentinels(endpoint)
      ? [{ label: 'Primary', text: say((known) => describePrimary(endpoint.primaryName, known)) }]
      : []),
    { label: 'Server', text: say(describeServer) },
    { label: 'Role', text: say(describeRole) },
    { label: 'Memory', text: say((known) => `${describeMemory(known)}${ofWhat(known)}`) },
    { label: 'Keys', text: say((known) => `${describeKeys(known)}${ofWhat(known)}`) },
    { label: 'Round trip', text: say(({ roundTripMs }) => formatRoundTrip(roundTripMs)) },
  ];
}

function describeServer({ product, version, modules, uptimeSeconds }: ServerSummary): string {
  const up = uptimeSeconds === null ? [] : [`up ${formatDuration(uptimeSeconds * 1000)}`];
  const loaded = modules.length === 0 ? [] : [`with ${modules.join(', ')}`];
  return [`${product} ${version}`, ...loaded, ...up].join(', ');
}

function describeRole({ role, replicatesFrom, cluster, topology }: ServerSummary): string {
  if (topology) return describeCluster(topology);
  const own =
    role === 'primary' ? 'Primary' : `Replica${replicatesFrom === null ? '' : ` of ${replicatesFrom}`}`;
  return cluster ? `${own}, in a cluster` : own;
}

/** Of which nodes of a cluster that is, where it is not of all primaries. */
function ofWhat({ cluster, topology }: ServerSummary): string {
  if (!cluster) return '';
  if (!topology) return ' (this node alone)';
  const primaries = topology.nodes.filter(({ role, slotCount }) => role === 'primary' && slotCount > 0);
  const asked = primaries.filter(({ fault }) => fault === null);
  return asked.length === primaries.length
    ? ''
    : ` (${formatCount(asked.length)} of ${formatCount(primaries.length)} primaries)`;
}

function describeMemory({ usedMemoryBytes, maxMemoryBytes }: ServerSummary): string {
  if (usedMemoryBytes === null) return UNKNOWN;
  const used = `${formatBytes(usedMemoryBytes)} used`;
  if (maxMemoryBytes === null) return used;
  return maxMemoryBytes === 0 ? `${used}, no limit` : `${used} of ${formatBytes(maxMemoryBytes)}`;
}

function describeKeys({ databases }: ServerSummary): string {
  const total = databases.reduce((sum, { keys }) => sum + keys, 0);
  if (total === 0) return 'None';
  const each = databases
    .filter(({ keys }) => keys > 0)
    .map(({ db, keys }) => `db ${db}: ${formatCount(keys)}`);
  return each.length === 1 ? each[0]! : [`${formatCount(total)} in all`, ...each].join(' · ');
}
