import { LockstepError } from '../errors/lockstep-error.ts';
import { MOST_SENTINELS, PRIMARY_NAME, SENTINEL_PORT, type SentinelAddress } from './sentinel-group.ts';

/** The parts of an address of Sentinels, not decoded yet. Holds a secret, so it is never logged whole. */
export interface SentinelUrl {
  readonly tls: boolean;
  /** `user:password`, which are the servers'. */
  readonly userinfo: string | undefined;
  readonly hosts: string;
  readonly name: string;
  readonly db: string | undefined;
}

const SCHEME = /^(redis|valkey)(s?)[-+]sentinel:\/\//i;

export const isSentinelUrl = (url: string): boolean => SCHEME.test(url);

/**
 * Takes apart `redis-sentinel://[user[:password]@]hosts/name[/db]`, with `#name` for `/name` as well; undefined where the scheme is
 * another.
 * @throws LockstepError URL_INVALID, whose text repeats nothing of it
 */
export function splitSentinelUrl(url: string): SentinelUrl | undefined {
  const scheme = SCHEME.exec(url);
  if (!scheme) return undefined;
  const rest = url.slice(scheme[0].length);
  // A password may hold an @ as it stands, as in other addresses, but no / or #.
  const end = rest.search(/[/?#]/);
  const authority = end < 0 ? rest : rest.slice(0, end);
  const behind = end < 0 ? '' : rest.slice(end);
  const at = authority.lastIndexOf('@');
  const named = /^(?:\/([^/?#]+)(?:\/([^/?#]*))?\/?|\/?([^/?#]*)#([^/?#]+))$/.exec(behind);
  if (!named)
    throw invalid(
      'the name of the primary is missing: it stands behind the addresses of the Sentinels, as in redis-sentinel://host:26379/mymaster',
    );
  const [, byPath, dbByPath, dbByHash, byHash] = named;
  return {
    tls: scheme[2] !== '',
    userinfo: at < 0 ? undefined : authority.slice(0, at),
    hosts: authority.slice(at + 1),
    name: (byPath ?? byHash)!,
    db: (byPath === undefined ? dbByHash : dbByPath) || undefined,
  };
}

/**
 * Reads `host[:port]`, separated by commas; a port that is left out is 26379, and what comes twice counts once.
 * @throws LockstepError URL_INVALID
 */
export function parseSentinels(text: string): SentinelAddress[] {
  const nodes = new Map<string, SentinelAddress>();
  for (const part of text.split(',')) {
    const node = parseSentinel(part.trim());
    nodes.set(`${node.host} ${node.port}`, node);
  }
  if (nodes.size > MOST_SENTINELS) throw invalid(`more than ${MOST_SENTINELS} Sentinels`);
  return [...nodes.values()];
}

/** @throws LockstepError URL_INVALID */
export function parsePrimaryName(name: string): string {
  if (!PRIMARY_NAME.test(name))
    throw invalid(
      'the name of the primary, which the Sentinels know it by, has 1 to 100 printable ASCII characters without spaces',
    );
  return name;
}

function parseSentinel(text: string): SentinelAddress {
  if (text === '') throw invalid('the address of a Sentinel is missing');
  const parts = /^(?:\[([0-9a-f:.]+)\]|([^\s:[\]@/?#%]+))(?::(\d{1,5}))?$/i.exec(text);
  const port = Number(parts?.[3] ?? SENTINEL_PORT);
  if (!parts || port < 1 || port > 65_535 || !isHost(text))
    throw invalid('the host or the port of a Sentinel cannot be read');
  return { host: (parts[1] ?? parts[2])!.toLowerCase(), port };
}

const isHost = (text: string): boolean => URL.canParse(`redis://${text}`);

function invalid(fact: string): LockstepError {
  return new LockstepError('URL_INVALID', fact);
}
