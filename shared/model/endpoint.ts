import { LockstepError } from '../errors/lockstep-error.ts';
import { formatAddress } from '../format/address.ts';
import type { AddressRule } from './address-map.ts';
import { parsePrimaryName, parseSentinels, splitSentinelUrl } from './parse-sentinels.ts';
import { describeGroup, describesGroup, type SentinelGroup } from './sentinel-group.ts';

/** One server: where it listens and with which credentials it is opened. Holds a secret, so it is never logged whole. */
export interface Endpoint {
  /** A name or an address; an IPv6 address stands without brackets. */
  host: string;
  port: number;
  /** The ACL user; undefined means the server's default user. */
  user: string | undefined;
  password: string | undefined;
  tls: boolean;
  /** What is special about TLS to this server; undefined trusts the system's authorities and checks the host's name. */
  tlsOptions?: TlsOptions | undefined;
  /** The database that the URL names; 0 when it names none. */
  db: number;
  /** Of a cluster: where its nodes are reached from here, if not at the addresses that they announce. */
  addressMap?: readonly AddressRule[] | undefined;
  /** Sentinels tell where the server is: host and port are those of the primary they named last, empty and 0 before they were asked. */
  sentinel?: SentinelGroup | undefined;
}

/** Texts in PEM form, not paths: they travel to the engine's process as they are. */
export interface TlsOptions {
  /** Authorities to trust instead of the system's. */
  ca?: string | undefined;
  /** The client's certificate, with its chain. */
  certificate?: string | undefined;
  /** The private key that belongs to it: a secret. */
  key?: string | undefined;
  /** The name that the certificate has to have; undefined takes the host. */
  serverName?: string | undefined;
  /** False accepts any certificate. */
  verify: boolean;
}

const DEFAULT_PORT = 6379;
const TLS_BY_SCHEME: ReadonlyMap<string, boolean> = new Map([
  ['redis:', false],
  ['rediss:', true],
  ['valkey:', false],
  ['valkeys:', true],
]);
const SCHEMES = 'redis://, rediss://, valkey://, valkeys:// and redis-sentinel://';

/** Passwords that stand in no address. */
export interface OtherSecrets {
  readonly password?: string | undefined;
  readonly sentinelPassword?: string | undefined;
}

/**
 * Reads `[redis://][user[:password]@]host[:port][/db]`, or `rediss://` for TLS, or Valkey's names of the two. User and password
 * are percent-decoded, and are the server's, also in `redis-sentinel://[user[:password]@]host[:port][,host[:port]…]/name[/db]`, or
 * `…#name`; `rediss-sentinel://` speaks TLS to servers and Sentinels.
 * `secrets` has what the URL does not: the password, where it has none of its own, and that of the Sentinels.
 *
 * @throws LockstepError URL_INVALID. Its text says what is wrong and repeats no part of the URL but the host and port,
 * so that a mistyped address never shows its password.
 */
export function parseEndpoint(url: string, secrets: OtherSecrets = {}): Endpoint {
  const found = splitSentinelUrl(url.trim());
  if (found) return parseFound(found, secrets);
  const parsed = parse(url.trim());
  const tls = TLS_BY_SCHEME.get(parsed.protocol);
  if (tls === undefined) throw invalid(`it begins with none of ${SCHEMES}`);
  // Only `?` and `#` in an unencoded password, or a database such as `/0?x`, lead here.
  if (parsed.search !== '' || parsed.hash !== '')
    throw invalid('nothing may follow the host, the port and the database');
  if (parsed.hostname === '') throw invalid('the host is missing');
  const db = parseDatabase(parsed.pathname);
  const password = decode(parsed.password, 'password') || secrets.password || undefined;
  return {
    host: decode(parsed.hostname, 'host').replace(/^\[(.*)\]$/, '$1'),
    port: parsePort(parsed.port),
    user: decode(parsed.username, 'user') || undefined,
    password,
    tls,
    db,
  };
}

/**
 * `host:port`, or `[address]:port` for IPv6: fit for logs and messages. Of Sentinels that were not asked yet their addresses, and the
 * name of the primary.
 */
export function describeEndpoint(endpoint: Pick<Endpoint, 'host' | 'port' | 'sentinel'>): string {
  const { host, sentinel } = endpoint;
  return sentinel && host === '' ? describeGroup(sentinel) : formatAddress(endpoint);
}

/** What stays the same of a server over failovers: the address as it was given. */
export function describeGiven(endpoint: Pick<Endpoint, 'host' | 'port' | 'sentinel'>): string {
  return endpoint.sentinel ? describeGroup(endpoint.sentinel) : formatAddress(endpoint);
}

/** Whether a text of `describeGiven` is about this endpoint. */
export function describesEndpoint(
  text: string,
  endpoint: Pick<Endpoint, 'host' | 'port' | 'sentinel'>,
): boolean {
  if (endpoint.sentinel && describesGroup(text, endpoint.sentinel)) return true;
  return text === describeEndpoint(endpoint);
}

function parseFound(
  { tls, userinfo, hosts, name, db }: NonNullable<ReturnType<typeof splitSentinelUrl>>,
  secrets: OtherSecrets,
): Endpoint {
  const [user, ...password] = (userinfo ?? '').split(':');
  return {
    host: '',
    port: 0,
    user: decode(user!, 'user') || undefined,
    password: decode(password.join(':'), 'password') || secrets.password || undefined,
    tls,
    db: parseDatabase(db === undefined ? '' : `/${db}`),
    sentinel: {
      nodes: parseSentinels(hosts),
      name: parsePrimaryName(decode(name, 'name of the primary')),
      password: secrets.sentinelPassword || undefined,
      tls,
    },
  };
}

function parse(url: string): URL {
  // Without a scheme a bare `host:port` would be read as one.
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(url) ? url : `redis://${url}`;
  try {
    return new URL(whole);
  } catch {
    // The cause is left out: it quotes the URL with its password.
    throw invalid('the host or the port cannot be read');
  }
}

function parsePort(text: string): number {
  if (text === '') return DEFAULT_PORT;
  const port = Number(text);
  if (port === 0) throw invalid('port 0 is not a port');
  return port;
}

function parseDatabase(path: string): number {
  if (path === '' || path === '/') return 0;
  // An unencoded `/` in a password ends the host early and leaves the rest of it here: never echo it.
  if (!/^\/\d{1,9}$/.test(path)) throw invalid('what follows the host and the port is not a database number');
  return Number(path.slice(1));
}

function decode(text: string, part: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid(`the ${part} has a % that does not begin a percent-encoded character`);
  }
}

function invalid(fact: string): LockstepError {
  return new LockstepError('URL_INVALID', fact);
}
