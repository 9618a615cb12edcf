import type { Redis } from 'ioredis';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import type { Endpoint } from '../../../../shared/model/endpoint.ts';
import { formatAddress } from '../../../../shared/format/address.ts';
import type { SentinelAddress, SentinelGroup } from '../../../../shared/model/sentinel-group.ts';
import { openControl, type Side } from '../../control/control-connection.ts';
import { withinTime } from '../../control/opening.ts';
import type { ReplyBounds } from '../../control/reply-bound.ts';
import type { World } from '../../world/world.ts';
import { isReplyError } from '../../control/reply-error.ts';

/** A Sentinel often is on the machine that has just died, so the next one is not kept waiting for long. */
const ASK_TIMEOUT_MS = 3_000;
/** An address. */
const ANSWER_BOUNDS: ReplyBounds = { mostBytes: 64 * 1024, timeoutMs: ASK_TIMEOUT_MS };

/** A connection to one Sentinel. One life: after a fault make a new one. */
export class SentinelLine {
  readonly at: SentinelAddress;
  private readonly world: World;
  private readonly side: Side;
  private readonly group: SentinelGroup;
  private readonly sentinel: Endpoint;
  private readonly opening: Promise<Redis>;

  constructor(world: World, side: Side, endpoint: Endpoint, group: SentinelGroup, at: SentinelAddress) {
    this.world = world;
    this.side = side;
    this.group = group;
    this.at = at;
    this.sentinel = sentinelEndpoint(endpoint, group, at);
    this.opening = openControl(world, side, this.sentinel, undefined, ANSWER_BOUNDS);
    // Told by what is asked.
    this.opening.catch(() => undefined);
  }

  /**
   * Where the primary is.
   * @throws LockstepError *_SENTINEL_UNREACHABLE, *_SENTINEL_AUTH, *_NOT_A_SENTINEL, *_SENTINEL_NAME
   */
  async ask(): Promise<SentinelAddress> {
    const { world, side, group, at, sentinel } = this;
    const answered = this.opening.then((redis) =>
      redis.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', group.name),
    );
    try {
      return addressOf(
        side,
        group,
        at,
        await withinTime(world.clock, side, sentinel, answered, ASK_TIMEOUT_MS),
      );
    } catch (error) {
      throw sentinelError(side, at, error);
    }
  }

  close(): void {
    this.opening.then((redis) => redis.disconnect()).catch(() => undefined);
  }
}

/** Asks one Sentinel once. @throws LockstepError as `ask` does */
export async function askSentinel(
  world: World,
  side: Side,
  endpoint: Endpoint,
  group: SentinelGroup,
  at: SentinelAddress,
): Promise<SentinelAddress> {
  const line = new SentinelLine(world, side, endpoint, group, at);
  try {
    return await line.ask();
  } finally {
    line.close();
  }
}

/** Certificates are looked at as those of the servers are, but for the name: the Sentinels have hosts of their own. */
function sentinelEndpoint(endpoint: Endpoint, group: SentinelGroup, at: SentinelAddress): Endpoint {
  const { tlsOptions } = endpoint;
  return {
    ...{ host: at.host, port: at.port, user: group.user, password: group.password, tls: group.tls, db: 0 },
    ...(tlsOptions ? { tlsOptions: { ...tlsOptions, serverName: undefined } } : {}),
  };
}

function addressOf(
  side: Side,
  { name }: SentinelGroup,
  at: SentinelAddress,
  reply: unknown,
): SentinelAddress {
  if (reply === null)
    throw new LockstepError(code(side, 'SENTINEL_NAME'), `${formatAddress(at)} knows no ${name}`);
  const [host, port] = Array.isArray(reply) ? (reply as unknown[]).map(String) : [];
  const number = Number(port);
  if (host === undefined || host === '' || !Number.isInteger(number) || number < 1 || number > 65_535)
    throw new LockstepError(
      code(side, 'NOT_A_SENTINEL'),
      `${formatAddress(at)} answered with something that is no address`,
    );
  return { host, port: number };
}

/** What a connection reports is told of the Sentinel, not of the server that it was asked for. */
function sentinelError(side: Side, at: SentinelAddress, error: unknown): LockstepError {
  if (!(error instanceof LockstepError)) {
    const message = error instanceof Error ? error.message : String(error);
    const where = formatAddress(at);
    if (/^NOPERM|^NOAUTH/.test(message))
      return new LockstepError(code(side, 'SENTINEL_AUTH'), `${where}: ${message.slice(0, 200)}`);
    if (isReplyError(error))
      return new LockstepError(code(side, 'NOT_A_SENTINEL'), `${where}: ${message.slice(0, 200)}`);
    return new LockstepError(code(side, 'SENTINEL_UNREACHABLE'), `${where}: ${message.slice(0, 200)}`);
  }
  const kind = error.code.replace(/^(SOURCE|TARGET)_/, '');
  if (kind === 'SENTINEL_NAME' || kind === 'NOT_A_SENTINEL' || kind === 'SENTINEL_UNREACHABLE') return error;
  if (kind === 'AUTH' || kind === 'NO_PERMISSION' || kind === 'PROTECTED_MODE')
    return new LockstepError(code(side, 'SENTINEL_AUTH'), error.message, { cause: error });
  if (kind === 'PROTOCOL' || kind === 'REPLY_TOO_LARGE')
    return new LockstepError(code(side, 'NOT_A_SENTINEL'), error.message, { cause: error });
  return new LockstepError(code(side, 'SENTINEL_UNREACHABLE'), error.message, { cause: error });
}

type Kind =
  | 'SENTINEL_UNREACHABLE'
  | 'SENTINEL_AUTH'
  | 'NOT_A_SENTINEL'
  | 'SENTINEL_NAME'
  | 'SENTINEL_PRIMARY'
  | 'SENTINEL_BEHIND';

/** The code of a side. */
export const code = <K extends Kind>(side: Side, kind: K): `SOURCE_${K}` | `TARGET_${K}` =>
  side === 'source' ? `SOURCE_${kind}` : `TARGET_${kind}`;
