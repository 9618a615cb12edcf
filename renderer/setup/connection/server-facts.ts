import { formatBytes, formatCount, formatDuration } from '../../../shared/format/numbers.ts';
import type { ServerSummary } from '../../../shared/model/server-summary.ts';

/** What a connection test found, as label and text; the same labels whether it has been made or not. */
export interface ServerFact {
  readonly label: string;
  readonly text: string;
}

const UNKNOWN = 'the server does not tell';

export function serverFacts(summary: ServerSummary | null): ServerFact[] {
  const say = (text: (known: ServerSummary) => string): string => (summary ? text(summary) : '–');
  return [
    { label: 'Server', text: say(describeServer) },
    { label: 'Role', text: say(describeRole) },
    { label: 'Memory', text: say(describeMemory) },
    { label: 'Keys', text: say(describeKeys) },
    { label: 'Round trip', text: say(({ roundTripMs }) => describeRoundTrip(roundTripMs)) },
  ];
}

function describeServer({ product, version, modules, uptimeSeconds }: ServerSummary): string {
  const up = uptimeSeconds === null ? [] : [`up ${formatDuration(uptimeSeconds * 1000)}`];
  const loaded = modules.length === 0 ? [] : [`with ${modules.join(', ')}`];
  return [`${product} ${version}`, ...loaded, ...up].join(', ');
}

const describeRole = ({ role, replicatesFrom }: ServerSummary): string =>
  role === 'primary' ? 'Primary' : `Replica${replicatesFrom === null ? '' : ` of ${replicatesFrom}`}`;

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

const describeRoundTrip = (ms: number): string => (ms < 10 ? `${ms.toFixed(1)} ms` : formatDuration(ms));
