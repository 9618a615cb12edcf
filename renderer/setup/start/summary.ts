import { formatBytes, formatCount, formatMinutes } from '../../../shared/format/numbers.ts';
import { effectiveMap, intoDatabase } from '../../../shared/model/database-map.ts';
import type { Draft } from '../../../shared/model/profile.ts';
import type { ClusterSummary } from '../../../shared/model/cluster-summary.ts';
import type { ServerSummary } from '../../../shared/model/server-summary.ts';
import { nameDatabases } from '../what/database-list.ts';
import { addressOf } from '../../../shared/model/server-address.ts';

/** What is known of the servers of a draft, by the id of the endpoint; a server that was not asked is missing. */
export type ServersById = Readonly<Record<string, ServerSummary | undefined>>;

/** Keys of a server in the databases that are taken; null takes all. */
export function countKeys(server: ServerSummary, databases: readonly number[] | null): number {
  return server.databases
    .filter(({ db }) => databases === null || databases.includes(db))
    .reduce((sum, { keys }) => sum + keys, 0);
}

/** What the task is going to do, sentence by sentence. `group`: what the one is called that its targets join. */
export function summarise(draft: Draft, servers: ServersById, group = draft.joins?.name): string[] {
  return [
    whatIsCopied(draft, servers),
    whatStandsThere(draft, servers),
    ...groupOf(draft, group),
    ...(draft.functions === 'skip' ? [LEFT_OUT] : []),
    ...(usesImportMode(draft) ? [EXACT] : []),
    ...(draft.readFrom === 'replicas' ? [SPARED] : []),
    ...limits(draft),
  ];
}

/** Several targets, or further ones, belong together. */
function groupOf({ targets, joins }: Draft, group = ''): string[] {
  const own = 'has its own state, pause and limits';
  if (joins)
    return [
      targets.length === 1
        ? `The target joins the group “${group}”, whose source is read once; it ${own}.`
        : `The targets join the group “${group}”, whose source is read once; each ${own}.`,
    ];
  return targets.length === 1 ? [] : [`The source is read once for all of them; each ${own}.`];
}

const LEFT_OUT =
  'Function libraries of the source are left out where the target, before 7.0, knows none: calls of them fail there.';

const EXACT =
  'Where the target is a Valkey of 8.1 or later, its import-mode is on while the task runs, so that keys go there at their true time.';

const SPARED =
  'Each shard of the source is read from one of its replicas, and from its primary only while none is well.';

/** A copy that nothing follows writes true times anyway. */
export const usesImportMode = ({ importMode, fullOnly }: Draft): boolean => importMode === 'use' && !fullOnly;

/** More addresses than this make the sentence hard to read; they stand in the list of settings. */
const MOST_NAMED = 3;

const plural = (count: number, one: string): string =>
  `${formatCount(count)} ${one}${count === 1 ? '' : 's'}`;

function list(items: readonly string[]): string {
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} and ${last}`;
}

function whatIsCopied(draft: Draft, servers: ServersById): string {
  const databases = draft.databases === null ? 'all databases' : nameDatabases(draft.databases);
  const targets = draft.targets.map((target) => `${addressOf(target)}${asCluster(servers[target.id])}`);
  const where =
    targets.length === 1
      ? targets[0]!
      : `each of ${targets.length} targets${targets.length > MOST_NAMED ? '' : ` (${list(targets)})`}`;
  const copy = `Copy ${databases} of ${addressOf(draft.source)}${whatItIs(draft, servers)} to ${where}${intoWords(draft)}`;
  if (draft.fullOnly) return `${copy} once; changes made on the source after that are not passed on.`;
  return `${copy}, then pass on every change until you stop ${targets.length === 1 ? 'it' : 'them'}.`;
}

/** Databases that get another number. */
function intoWords(draft: Draft): string {
  const pairs = effectiveMap(draft).map(({ from, into }) => `database ${from} into database ${into}`);
  return pairs.length === 0 ? '' : ` (${list(pairs)} there)`;
}

/** ` (a cluster of 3 shards)`; nothing of a server by itself. */
const asCluster = (server: ServerSummary | undefined): string =>
  server?.topology ? ` (a ${ofShards(server.topology)})` : '';

const ofShards = ({ shards }: ClusterSummary): string => `cluster of ${plural(shards, 'shard')}`;

function whatItIs(draft: Draft, servers: ServersById): string {
  const source = servers[draft.source.id];
  if (!source) return '';
  const memory = source.usedMemoryBytes === null ? [] : [formatBytes(source.usedMemoryBytes)];
  const keys = plural(countKeys(source, draft.databases), 'key');
  const cluster = source.topology ? [ofShards(source.topology)] : [];
  return ` (${[`${source.product} ${source.version}`, ...cluster, keys, ...memory].join(', ')})`;
}

function whatStandsThere(draft: Draft, servers: ServersById): string {
  const one = draft.targets.length === 1;
  if (draft.existing === 'fail') {
    return one
      ? 'Keys already on the target are left alone: the task refuses to start if there are any.'
      : 'Keys already on a target are left alone: its task refuses to start if there are any.';
  }
  const where = `${one ? 'the target' : 'the targets'}${howMany(draft, servers)}`;
  const others =
    draft.onFlush === 'stop'
      ? 'Other keys stay, and a flush of the source stops the task before it removes them.'
      : 'Other keys stay until the source is flushed, which removes them as well.';
  return `Keys of the same name that are already on ${where} are overwritten. ${others}`;
}

/** Nothing unless every target was asked: a sum of some would be taken for all. */
function howMany(draft: Draft, servers: ServersById): string {
  const known = draft.targets.flatMap(({ id }) => servers[id] ?? []);
  if (known.length < draft.targets.length) return '';
  const databases = draft.databases?.map((db) => intoDatabase(db, draft.databaseMap)) ?? null;
  const keys = known.reduce((sum, server) => sum + countKeys(server, databases), 0);
  return ` (${plural(keys, 'key')} there now)`;
}

function limits(draft: Draft): string[] {
  const { maxCommandsPerSecond: commands, maxBytesPerSecond: bytes, retryForMinutes, spoolMaxBytes } = draft;
  const rates = [
    ...(commands ? [`${formatCount(commands)} commands/s`] : []),
    ...(bytes ? [`${formatBytes(bytes)}/s`] : []),
  ];
  const sent =
    rates.length === 0
      ? 'Everything is sent as fast as the target takes it'
      : `At most ${list(rates)} are sent to the target`;
  return [
    `${sent}; up to ${formatBytes(spoolMaxBytes ?? 0)} of changes wait on this machine when the target is slower.`,
    `A fault that may heal is retried for ${formatMinutes(retryForMinutes ?? 0)}.`,
  ];
}
