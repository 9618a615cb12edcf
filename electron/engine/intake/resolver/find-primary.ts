import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { asLockstepError } from '../../../../shared/errors/plain-reason.ts';
import { formatAddress } from '../../../../shared/format/address.ts';
import { describeEndpoint, type Endpoint } from '../../../../shared/model/endpoint.ts';
import type { SentinelAddress, SentinelGroup } from '../../../../shared/model/sentinel-group.ts';
import { coded, openControl, type Side } from '../../control/control-connection.ts';
import { readInfo } from '../../control/info.ts';
import type { World } from '../../world/world.ts';
import { askSentinel, code } from './ask-sentinel.ts';

/** What kept each Sentinel from naming a primary: of several the first of these is told, as the one that says most. */
const TELLING = [
  'SENTINEL_BEHIND',
  'SENTINEL_PRIMARY',
  'SENTINEL_NAME',
  'SENTINEL_AUTH',
  'NOT_A_SENTINEL',
  'SENTINEL_UNREACHABLE',
] as const;

export interface Found {
  readonly endpoint: Endpoint;
  /** The Sentinel that has named it, which is the first to be asked next time. */
  readonly by: SentinelAddress;
}

/**
 * Asks the Sentinels of an endpoint, one after another in this order, for the primary, until one names a server that says of itself
 * that it is one: a Sentinel may not have heard of a failover yet.
 * @throws LockstepError *_SENTINEL_* and *_NOT_A_SENTINEL; with the usual codes what a server that was named answers, such as *_AUTH
 */
export async function findPrimary(
  world: World,
  side: Side,
  endpoint: Endpoint,
  group: SentinelGroup,
  order: readonly SentinelAddress[] = group.nodes,
): Promise<Found> {
  const faults: LockstepError[] = [];
  /** Where a server was looked at in vain: another Sentinel that names it adds nothing. */
  const looked = new Set<string>();
  for (const at of order) {
    try {
      const named = await askSentinel(world, side, endpoint, group, at);
      if (looked.has(formatAddress(named))) continue;
      looked.add(formatAddress(named));
      const primary: Endpoint = { ...endpoint, ...named };
      await requirePrimary(world, side, primary, group, at);
      return { endpoint: primary, by: at };
    } catch (error) {
      const known = asLockstepError(error);
      if (!TELLING.some((kind) => known.code === code(side, kind))) throw known;
      faults.push(known);
    }
  }
  throw worst(side, faults);
}

async function requirePrimary(
  world: World,
  side: Side,
  primary: Endpoint,
  { name }: SentinelGroup,
  by: SentinelAddress,
): Promise<void> {
  const where = describeEndpoint(primary);
  const told = `Sentinel ${formatAddress(by)} says that the primary of ${name} is ${where}`;
  const redis = await openControl(world, side, primary).catch((error: unknown) => {
    const known = asLockstepError(error);
    if (!/_(UNREACHABLE|LINK_LOST)$/.test(known.code)) throw known;
    throw new LockstepError(code(side, 'SENTINEL_PRIMARY'), `${told}: ${known.message}`, { cause: known });
  });
  try {
    const info = await coded(side, primary, () => readInfo(redis, 'replication'));
    const role = info.get('role');
    if (role !== 'master')
      throw new LockstepError(
        code(side, 'SENTINEL_BEHIND'),
        `${told}, which ${role === 'slave' ? `is a replica of ${info.get('master_host')}:${info.get('master_port')}` : 'tells no role'}`,
      );
  } finally {
    redis.disconnect();
  }
}

function worst(side: Side, faults: readonly LockstepError[]): LockstepError {
  for (const kind of TELLING) {
    const same = faults.filter((fault) => fault.code === code(side, kind));
    if (same.length === 0) continue;
    const facts = [...new Set(same.map(({ message }) => message))].join('; ');
    return new LockstepError(code(side, kind), facts, { cause: same[0] });
  }
  return new LockstepError('INTERNAL', 'no Sentinel was asked');
}
