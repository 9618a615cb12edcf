import { entry, type ErrorEntry } from './entry.ts';

export const sentinelUnreachable = (exit: number, side: string): ErrorEntry =>
  entry(
    exit,
    true,
    `No Sentinel of the ${side} can be reached`,
    'None of the Sentinels that were given has answered: wrong hosts or ports (26379 is usual), they are down, they speak TLS and the address does not say so or the other way round, or a firewall is in the way.',
    'Check each of them with {sentinel-cli} PING from this machine. One that answers is enough.',
  );

export const sentinelAuth = (exit: number, side: string, variable: string): ErrorEntry =>
  entry(
    exit,
    false,
    `The Sentinels of the ${side} refuse the password`,
    'Sentinels have a user and a password of their own (requirepass or ACL users in their configuration); those of the servers are not sent to them.',
    `Give the password of the Sentinels in ${variable}, and their user where they have one. Sentinels without a password take none.`,
  );

export const notSentinel = (exit: number, side: string): ErrorEntry =>
  entry(
    exit,
    false,
    `What was given as a Sentinel of the ${side} is none`,
    'A server answers at this address, but it does not know the command SENTINEL: it is a Redis itself.',
    `Give the addresses of the Sentinels, which listen on 26379 mostly; or, to use this server itself as the ${side}, its plain address (redis://host:port).`,
  );

export const sentinelName = (exit: number, side: string): ErrorEntry =>
  entry(
    exit,
    true,
    `The Sentinels of the ${side} know no primary of this name`,
    'They watch no primary of the name that stands behind their addresses, or not any more. Names are case-sensitive.',
    'Look which names they know: {sentinel-cli} SENTINEL MASTERS. Then correct the name in the address.',
  );

export const sentinelPrimary = (exit: number, side: string): ErrorEntry =>
  entry(
    exit,
    true,
    `The primary that the Sentinels name as the ${side} cannot be reached`,
    'The Sentinels answer, but at the address they tell nothing does: the primary is down and no failover has been made yet, or they tell an address that only their own network knows (NAT, containers).',
    'Look whether a failover is under way: {sentinel-cli} SENTINEL MASTERS. Where the address they tell cannot be reached from this machine, run Lockstep within their network, or have the servers announce one that can be (replica-announce-ip, replica-announce-port).',
  );

export const sentinelBehind = (exit: number, side: string): ErrorEntry =>
  entry(
    exit,
    true,
    `The Sentinels name a server as the ${side} that is no primary`,
    'At the address that they tell a replica answers: a failover is under way, or these Sentinels have not heard of one yet.',
    'It is asked again by itself. Where it stays so, compare what each Sentinel says (SENTINEL MASTERS) with the role of the servers (INFO replication). Do not make the replica a primary by hand: the Sentinels would turn it back.',
  );

export const isSentinel = (exit: number, side: string): ErrorEntry =>
  entry(
    exit,
    false,
    `The address of the ${side} is that of a Sentinel`,
    'A Sentinel holds no data; it tells where the primary is.',
    'Give it as redis-sentinel://host:26379/name, with the name that it knows the primary by (SENTINEL MASTERS lists them).',
  );
