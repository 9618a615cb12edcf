import type { PastedAddress } from '../../../shared/model/parse-credentials.ts';
import type { Side } from '../connection/connection-tests.ts';

/** Says what was taken over from a pasted address, and what was not. Names no secret. */
export function describeTakeOver(address: PastedAddress, side: Side | 'server'): string {
  const { sentinel } = address;
  const ofServers = sentinel ? ' of the servers' : '';
  const taken = [
    ...(sentinel ? [sentinelWords(sentinel.nodes.length), `name ${sentinel.name}`] : ['host']),
    ...(address.port === undefined ? [] : [`port ${address.port}`]),
    ...(address.user === undefined ? [] : [`user ${address.user}${ofServers}`]),
    ...(address.password === undefined ? [] : [`password${ofServers}`]),
    ...(address.tls === undefined ? [] : [address.tls ? 'TLS on' : 'TLS off']),
  ];
  const sentence = `Taken over from the address: ${taken.join(', ')}.`;
  if (address.db === undefined) return sentence;
  if (side === 'server')
    return `${sentence} Its database ${address.db} is left out: a task chooses databases.`;
  return side === 'source'
    ? `${sentence} Database ${address.db} is chosen under “What to copy”.`
    : `${sentence} Its database ${address.db} is left out: a database keeps the number it has on the source, unless it gets another under “What to copy”.`;
}

const sentinelWords = (count: number): string => (count === 1 ? 'a Sentinel' : `${count} Sentinels`);
