import { formatAddress } from '../format/address.ts';

export interface SentinelAddress {
  /** A name or an address; an IPv6 address stands without brackets. */
  readonly host: string;
  readonly port: number;
}

/** The Sentinels that know which server is the primary, and how they are opened. Holds a secret, so it is never logged whole. */
export interface SentinelGroup {
  /** Asked in this order, at least one. */
  readonly nodes: readonly SentinelAddress[];
  /** What they call the primary. Other Sentinels may use the same name for another one. */
  readonly name: string;
  /** The user and the password of the Sentinels; those of the servers are the endpoint's. */
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  readonly tls: boolean;
}

export const SENTINEL_PORT = 26379;
/** More are refused: they are asked one after another. */
export const MOST_SENTINELS = 9;
/** As `SENTINEL MONITOR` takes it, without what would not fit an address or a line. */
export const PRIMARY_NAME = /^[\x21-\x7e]{1,100}$/;

type Named = Pick<SentinelGroup, 'nodes' | 'name'>;

/** `name@host:port,host:port`: fit for logs and messages, and kept in the checkpoint for where the data came from. */
export function describeGroup({ nodes, name }: Named): string {
  return `${name}@${nodes.map(formatAddress).join(',')}`;
}

/**
 * Whether a text of `describeGroup` is about these Sentinels: the same name, known to at least one of them. Sentinels come and
 * go; and equal names at others mean another primary.
 */
export function describesGroup(text: string, { nodes, name }: Named): boolean {
  if (!text.startsWith(`${name}@`)) return false;
  const described = new Set(text.slice(name.length + 1).split(','));
  return nodes.some((node) => described.has(formatAddress(node)));
}
