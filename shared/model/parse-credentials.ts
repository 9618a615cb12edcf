import { parseEndpoint } from './endpoint.ts';
import type { SentinelGroup } from './sentinel-group.ts';

/** The two parts of a pasted `user:password`. */
export interface PastedCredentials {
  readonly user: string;
  readonly password: string;
}

/** What a whole address holds; undefined where it says nothing. Holds a secret, so it is never logged whole. */
export interface PastedAddress {
  /** Empty where Sentinels tell it. */
  readonly host: string;
  readonly port: number | undefined;
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** undefined where the address has no scheme. */
  readonly tls: boolean | undefined;
  /** undefined where the address names none, or 0, which many programs write without meaning it. */
  readonly db: number | undefined;
  /** The Sentinels of an address of these; user, password and database are the servers' also then, and TLS is for both. */
  readonly sentinel: Pick<SentinelGroup, 'nodes' | 'name'> | undefined;
}

const LONGEST_USER = 100;

/**
 * Splits `user:password` at its first colon; null when the text is a password alone. `user` is the user that is known
 * already: another name before the colon is then taken for a part of the password.
 */
export function parseCredentials(text: string, user = ''): PastedCredentials | null {
  const trimmed = text.trim();
  const colon = trimmed.indexOf(':');
  if (colon < 1 || colon > LONGEST_USER || colon === trimmed.length - 1) return null;
  const name = trimmed.slice(0, colon);
  if (/\s/.test(name) || trimmed.startsWith('://', colon)) return null;
  if (user !== '' && user !== name) return null;
  return { user: name, password: trimmed.slice(colon + 1) };
}

/** Whether a text is a URL, or a login before an address. It may then hold a password. */
export const isUrl = (text: string): boolean => text.includes('://') || text.includes('@');

/** Whether a text is more than a host, so that {@link parseAddress} can take it apart. It may then hold a password. */
export function isWholeAddress(text: string): boolean {
  const trimmed = text.trim();
  return isUrl(trimmed) || HOST_AND_PORT.test(trimmed);
}

const HOST_AND_PORT = /^(\[[0-9a-f:.]+\]|[^\s:[\]]+)(?::(\d{1,5}))$|^\[[0-9a-f:.]+\]$/i;

/**
 * Takes apart a URL such as `redis://`, `valkeys://` or `redis-sentinel://`, `user:password@host`, `host:port` or `[address]:port`; null when the text
 * is a host alone.
 *
 * @throws LockstepError URL_INVALID, whose text repeats no part of it.
 */
export function parseAddress(text: string): PastedAddress | null {
  const trimmed = text.trim();
  if (!isWholeAddress(trimmed)) return null;
  const schemed = trimmed.includes('://');
  const endpoint = parseEndpoint(schemed ? trimmed : `redis://${trimmed}`);
  const { sentinel } = endpoint;
  return {
    host: endpoint.host,
    port: !sentinel && (schemed || /:\d{1,5}$/.test(trimmed)) ? endpoint.port : undefined,
    user: endpoint.user,
    password: endpoint.password,
    tls: schemed ? endpoint.tls : undefined,
    db: endpoint.db === 0 ? undefined : endpoint.db,
    sentinel: sentinel && { nodes: sentinel.nodes, name: sentinel.name },
  };
}
