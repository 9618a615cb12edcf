import type { Redis } from 'ioredis';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { describeEndpoint, type Endpoint } from '../../../shared/model/endpoint.ts';
import { abilitiesOf, versionNumber, type TargetAbilities } from './target-abilities.ts';
import { coded, type Side } from './control-connection.ts';
import { countClusterDatabases, countDatabases } from './database-count.ts';
import { readInfo } from './info.ts';
import { moduleNames } from './module-names.ts';
import { ifRefused } from './reply-error.ts';
import type { Clock } from '../world/clock.ts';

export interface ServerAddress {
  readonly host: string;
  readonly port: number;
}

/** What INFO alone tells of a server. */
export interface ServerIdentity {
  readonly runId: string;
  readonly redisVersion: string;
  readonly valkeyVersion: string | undefined;
  readonly role: string;
  readonly primaryHost: string;
  readonly primaryPort: number;
  readonly primaryLinkUp: boolean;
  /** How long the link to its primary has been down; undefined while it is up, or where the server does not tell. */
  readonly primaryLinkDownSeconds: number | undefined;
  /** Those that replicate from it, by the addresses that it knows them under. */
  readonly replicas: readonly ServerAddress[];
  readonly loading: boolean;
  readonly cluster: boolean;
  readonly replid: string;
  /** The history before a failover, which the server still answers for; zeros when there is none. */
  readonly earlierReplid: string;
  /** Up to which offset it has that history: where it was promoted. */
  readonly earlierUntil: number | undefined;
}

/** What the engine needs to know of a server before it starts. */
export interface ServerFacts extends ServerIdentity {
  readonly abilities: TargetAbilities;
  /** How far the server's clock is ahead of this machine's, about. */
  readonly clockAheadMs: number;
}

/** Whether the target takes every payload of RESTORE that the source may hold; false where that is not known. */
export function takesPayloadsOf(source: ServerFacts, target: ServerFacts): boolean {
  const valkey = ({ valkeyVersion }: ServerFacts): number =>
    valkeyVersion === undefined ? 0 : versionNumber(valkeyVersion);
  const [from, to] = [valkey(source), valkey(target)];
  if (from > 0 === to > 0) return from <= to && source.abilities.version <= target.abilities.version;
  // Up to these they have one history.
  return (
    from < 90000 && source.abilities.version < 70400 && source.abilities.version <= target.abilities.version
  );
}

/** The sections of INFO that `identityOf` reads. */
const IDENTITY_SECTIONS = ['server', 'replication', 'persistence', 'cluster'];

export function identityOf(info: ReadonlyMap<string, string>): ServerIdentity {
  return {
    runId: info.get('run_id') ?? '',
    redisVersion: info.get('redis_version') ?? '0',
    valkeyVersion: info.get('valkey_version'),
    role: info.get('role') ?? 'master',
    primaryHost: info.get('master_host') ?? '',
    primaryPort: Number(info.get('master_port') ?? 0),
    primaryLinkUp: info.get('master_link_status') !== 'down',
    primaryLinkDownSeconds: secondsOf(info.get('master_link_down_since_seconds')),
    replicas: replicasOf(info),
    loading: info.get('loading') === '1',
    cluster: info.get('cluster_enabled') === '1' || info.get('redis_mode') === 'cluster',
    replid: info.get('master_replid') ?? '',
    earlierReplid: info.get('master_replid2') ?? '',
    earlierUntil: untilOf(info.get('second_repl_offset')),
  };
}

/**
 * Up to which offset a server that was made a primary has the history of another replid; undefined where it does not have it, or has
 * no other.
 */
export const partsAt = (
  { earlierReplid, earlierUntil }: Pick<ServerIdentity, 'earlierReplid' | 'earlierUntil'>,
  replid: string,
): number | undefined => (replid === earlierReplid ? earlierUntil : undefined);

/** A replica that has all its primary sends. */
export const followsWell = ({ role, primaryLinkUp, loading }: ServerIdentity): boolean =>
  role !== 'master' && primaryLinkUp && !loading;

/** `slave0:ip=10.0.0.7,port=6379,state=online,…` of INFO replication. */
function replicasOf(info: ReadonlyMap<string, string>): ServerAddress[] {
  const replicas: ServerAddress[] = [];
  for (const [name, value] of info) {
    const place = /^slave\d+$/.test(name) ? /^ip=([^,]*),port=(\d+)/.exec(value) : null;
    if (place) replicas.push({ host: place[1]!, port: Number(place[2]) });
  }
  return replicas;
}

/** The first offset that it does not have; -1 where there is no earlier history. */
function untilOf(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d*$/.test(text) ? Number(text) - 1 : undefined;
}

/** A link that was never up is told as -1. */
function secondsOf(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d+$/.test(text) ? Math.max(0, Number(text)) : undefined;
}

/** A fresh look at who the server is and whom it follows. @throws LockstepError */
export async function readIdentity(side: Side, endpoint: Endpoint, redis: Redis): Promise<ServerIdentity> {
  return identityOf(await coded(side, endpoint, () => readInfo(redis, ...IDENTITY_SECTIONS)));
}

export async function readFacts(
  clock: Clock,
  side: Side,
  endpoint: Endpoint,
  redis: Redis,
): Promise<ServerFacts> {
  const info = await coded(side, endpoint, () => readInfo(redis, ...IDENTITY_SECTIONS));
  refuseSentinel(side, endpoint, info);
  const identity = identityOf(info);
  const databases =
    side === 'target' ? await coded(side, endpoint, () => databasesOf(identity, redis)) : Infinity;
  const modules = await coded(side, endpoint, () => moduleNames(redis));
  const clockAheadMs = await coded(side, endpoint, () => readClockAhead(clock, redis));
  return {
    ...identity,
    clockAheadMs,
    abilities: abilitiesIn(identity, databases, modules.length > 0),
  };
}

/** A node of a cluster does not have those that a server of it is configured with. */
const databasesOf = async ({ cluster, valkeyVersion }: ServerIdentity, redis: Redis): Promise<number> =>
  cluster ? countClusterDatabases(redis, valkeyVersion) : countDatabases(redis);

/** What is set on one node of a cluster is not set on the others. */
function abilitiesIn(identity: ServerIdentity, databases: number, modules: boolean): TargetAbilities {
  const abilities = abilitiesOf(identity.redisVersion, identity.valkeyVersion, databases, modules);
  return { ...abilities, importMode: abilities.importMode && !identity.cluster };
}

/** How far the server's clock is ahead of this machine's, in ms; 0 where TIME is not permitted. */
export async function readClockAhead(clock: Clock, redis: Redis): Promise<number> {
  const askedMs = clock.now();
  const reply: unknown = await redis.call('TIME').catch(ifRefused(undefined));
  if (!Array.isArray(reply)) return 0;
  const serverMs = Number(reply[0]) * 1000 + Number(reply[1]) / 1000;
  return Math.round(serverMs - (askedMs + clock.now()) / 2);
}

/** @throws LockstepError *_IS_SENTINEL for what holds no data, but knows where they are */
export function refuseSentinel(side: Side, endpoint: Endpoint, info: ReadonlyMap<string, string>): void {
  if (info.get('redis_mode') === 'sentinel')
    throw new LockstepError(
      side === 'source' ? 'SOURCE_IS_SENTINEL' : 'TARGET_IS_SENTINEL',
      describeEndpoint(endpoint),
    );
}

/** @throws LockstepError when the server cannot be a source */
export function checkSource(endpoint: Endpoint, facts: ServerIdentity): void {
  const where = describeEndpoint(endpoint);
  if (versionNumber(facts.redisVersion) < 20800)
    throw new LockstepError('SOURCE_TOO_OLD', `${where} is version ${facts.redisVersion}`);
  if (facts.loading) throw new LockstepError('SOURCE_LOADING', `${where} is loading`);
  if (facts.role !== 'master' && !facts.primaryLinkUp) {
    throw new LockstepError(
      'SOURCE_NO_MASTER_LINK',
      `${where} replicates from ${facts.primaryHost}:${facts.primaryPort}, and that link is down`,
    );
  }
}

/** @throws LockstepError when the server cannot be a target */
export function checkTarget(endpoint: Endpoint, facts: ServerIdentity): void {
  const where = describeEndpoint(endpoint);
  if (facts.loading) throw new LockstepError('TARGET_LOADING', `${where} is loading`);
  if (facts.role !== 'master') {
    throw new LockstepError(
      'TARGET_READ_ONLY',
      `${where} replicates from ${facts.primaryHost}:${facts.primaryPort}`,
    );
  }
}
