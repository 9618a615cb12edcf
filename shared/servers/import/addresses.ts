import { LockstepError } from '../../errors/lockstep-error.ts';
import { parseAddress } from '../../model/parse-credentials.ts';
import { DEFAULT_PORT } from '../../model/profile.ts';
import { sentinelText } from '../../model/server-address.ts';
import { given, readEach, type Found, type ReadServers } from './imported.ts';

/**
 * Addresses, one a line: `redis://user:password@host:port`, `host:port`, `redis-sentinel://…`, each with a name before it if one likes.
 * Empty lines and those that begin with # count for nothing.
 */
export function readAddresses(text: string): ReadServers {
  const lines = text.split(/\r?\n/).map((line, index) => ({ line: line.trim(), number: index + 1 }));
  const filled = lines.filter(({ line }) => line !== '' && !line.startsWith('#'));
  const read = readEach(filled, (_, index) => readLine(filled[index]!.line));
  // A line is found by its number in the file.
  const refused = read.refused.map(({ what, why }) => ({
    why,
    what: what.replace(/^entry (\d+)/, (_, entry: string) => `line ${filled[Number(entry) - 1]!.number}`),
  }));
  return { servers: read.servers, refused };
}

const NAME_FIRST = /^(.*?)[\s=,;]*((?:redis|rediss|valkey|valkeys)(?:[-+]sentinel)?:\/\/.*)$/i;

function readLine(line: string): Found | string {
  const [, name = '', url = line] = NAME_FIRST.exec(line) ?? [];
  try {
    const address = parseAddress(url);
    if (!address) return 'It is no address such as redis://host:6379 or host:6379.';
    const { host, port, user = '', password = '', tls = false, db, sentinel } = address;
    return {
      name,
      endpoint: {
        ...(sentinel
          ? {
              ...{ kind: 'sentinels', primaryName: sentinel.name, sentinelTls: tls },
              sentinels: sentinelText(sentinel.nodes),
            }
          : { host, port: port ?? DEFAULT_PORT }),
        ...{ user, tls },
      },
      secrets: given({ password, key: '', sentinelPassword: '' }),
      without: db === undefined ? [] : [`its database ${db}: a task chooses databases`],
    };
  } catch (error) {
    if (!(error instanceof LockstepError)) throw error;
    return `It is no address: ${error.message}.`;
  }
}
