import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { describeEndpoint, type Endpoint } from '../../../shared/model/endpoint.ts';
import type { ServerAddress, ServerIdentity } from './server-facts.ts';

/**
 * What a source and a target are to each other. `source-follows`: the source replicates from the target, directly or by way of
 * others; `target-follows`: the other way round; `same-history`: both replicate from a third.
 */
export type Relation = 'strangers' | 'one-server' | 'source-follows' | 'target-follows' | 'same-history';

export interface Pair<T> {
  readonly source: T;
  readonly target: T;
}

/** A server as it was found, or one of the primaries of a cluster. */
export interface KnownServer {
  readonly identity: ServerIdentity;
  readonly at: Endpoint;
}

/** All servers of each side: one, or the primaries of a cluster. */
export type Sides = Pair<readonly KnownServer[]>;

/**
 * A chain of replicas has one replication id however long it is (since 4.0), so that tells most. Addresses tell the rest: a
 * server that has only begun to follow the other keeps its own id until it has the other's data. They are believed only where
 * nothing but the other server can be meant by them.
 */
export function relationOf({ source, target }: Pair<ServerIdentity>, at: Pair<Endpoint>): Relation {
  if (source.runId !== '' && source.runId === target.runId) return 'one-server';
  const sameHistory = source.replid !== '' && source.replid === target.replid;
  if (target.role === 'master' && (sameHistory || follows(source, at.source, target, at.target)))
    return 'source-follows';
  if (source.role === 'master' && (sameHistory || follows(target, at.target, source, at.source)))
    return 'target-follows';
  return sameHistory ? 'same-history' : 'strangers';
}

/** What the first two are to each other that are no strangers. */
export const relationAmong = (sides: Sides): Relation => relatedAmong(sides)?.relation ?? 'strangers';

/** @throws LockstepError SOURCE_IS_TARGET when changes of the one would come back to it, or are there already */
export function refuseRelated(sides: Sides): void {
  const related = relatedAmong(sides);
  if (related) throw relatedError(related, sides.source.length + sides.target.length > 2);
}

interface Related {
  readonly relation: Exclude<Relation, 'strangers'>;
  readonly at: Pair<Endpoint>;
}

function relatedAmong({ source: from, target: to }: Sides): Related | undefined {
  for (const source of from)
    for (const target of to) {
      const at = { source: source.at, target: target.at };
      const relation = relationOf({ source: source.identity, target: target.identity }, at);
      if (relation !== 'strangers') return { relation, at };
    }
  return undefined;
}

/** `several`: one of the sides is a cluster, whose servers nobody has named. */
function relatedError({ relation, at }: Related, several: boolean): LockstepError {
  const [source, target] = [describeEndpoint(at.source), describeEndpoint(at.target)];
  const facts: Readonly<Record<typeof relation, string>> = {
    'one-server': several
      ? `both sides have the server ${target}`
      : 'both addresses lead to the same server process',
    'source-follows': `the source ${source} replicates from the target ${target}, so it would be fed with its own changes`,
    'target-follows': `the target ${target} replicates from the source ${source} already`,
    'same-history': 'the two servers replicate the same data already (same replication id)',
  };
  return new LockstepError('SOURCE_IS_TARGET', facts[relation]);
}

/** Whether one server names the other as its primary by an address that can mean nothing else. */
function follows(
  replica: ServerIdentity,
  replicaAt: Endpoint,
  primary: ServerIdentity,
  primaryAt: Endpoint,
): boolean {
  if (replica.role === 'master' || replica.primaryPort !== primaryAt.port) return false;
  // Loopback means another machine on each machine, and a tunnel looks like loopback: then the primary has to know of the replica.
  const known = primary.replicas.some((address) => samePlace(address, replicaAt));
  const named = samePlace({ host: replica.primaryHost, port: replica.primaryPort }, primaryAt);
  return named && (known || !isLoopback(primaryAt.host));
}

const samePlace = (a: ServerAddress, b: ServerAddress): boolean =>
  a.port === b.port && plainHost(a.host) === plainHost(b.host);

const plainHost = (host: string): string => (isLoopback(host) ? 'localhost' : host.toLowerCase());

const isLoopback = (host: string): boolean =>
  /^(localhost|127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/i.test(host);
