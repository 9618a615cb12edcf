import { z } from 'zod';
import { formatAddress } from '../../format/address.ts';
import { asPort, asText, given, readEach, type Found, type ReadServers } from './imported.ts';

const text = z.union([z.string(), z.number()]).nullish();

/**
 * One connection of Another Redis Desktop Manager (its connection dialog and its client). With `sentinelOptions`, host and port are of a
 * Sentinel and `auth` is its password; user and `nodePassword` are those of the servers. Certificates are paths of that machine.
 */
const connectionSchema = z.looseObject({
  name: text,
  host: text,
  port: text,
  auth: text,
  username: text,
  cluster: z.boolean().nullish(),
  connectionReadOnly: z.boolean().nullish(),
  groupId: text,
  color: text,
  sshOptions: z.looseObject({ host: text }).nullish(),
  sslOptions: z.looseObject({ key: text, cert: text, ca: text, servername: text }).nullish(),
  sentinelOptions: z.looseObject({ masterName: text, nodePassword: text }).nullish(),
});
type Connection = z.infer<typeof connectionSchema>;

const bundleSchema = z.object({
  connections: z.array(z.unknown()),
  groups: z.array(z.looseObject({ id: z.string(), name: z.string() })).nullish(),
});

/** The list of older releases, or the bundle with groups of newer ones; undefined for what is neither. */
export function readAnotherManager(parsed: unknown): ReadServers | undefined {
  const bundle = bundleSchema.safeParse(parsed);
  const connections = bundle.success ? bundle.data.connections : parsed;
  if (!Array.isArray(connections) || (!bundle.success && !connections.some(isConnection))) return undefined;
  const groups = new Map(bundle.data?.groups?.map(({ id, name }) => [id, name]));
  return readEach(connections, (entry) => {
    const connection = connectionSchema.safeParse(entry);
    if (!connection.success) return 'It is no connection of that program.';
    return { ...readConnection(connection.data), group: groups.get(asText(connection.data.groupId)) ?? '' };
  });
}

/** Fields that it writes for each connection, and RedisInsight does not. */
const isConnection = (entry: unknown): boolean =>
  typeof entry === 'object' && entry !== null && ('auth' in entry || 'separator' in entry);

function readConnection(connection: Connection): Found {
  const { sslOptions, sentinelOptions } = connection;
  // What is left empty there is taken so.
  const host = asText(connection.host) || '127.0.0.1';
  const port = asText(connection.port) === '' ? 6379 : asPort(connection.port);
  const [user, auth, tls] = [asText(connection.username), asText(connection.auth), Boolean(sslOptions)];
  return {
    name: asText(connection.name),
    endpoint: {
      ...(sentinelOptions
        ? {
            ...{ kind: 'sentinels', sentinels: formatAddress({ host, port }), sentinelTls: tls },
            primaryName: asText(sentinelOptions.masterName),
          }
        : { host, port }),
      ...{ user, tls, serverName: asText(sslOptions?.servername) },
    },
    secrets: given({
      password: sentinelOptions ? asText(sentinelOptions.nodePassword) : auth,
      ...{ key: '', sentinelPassword: sentinelOptions ? auth : '' },
    }),
    without: leftOut(connection),
  };
}

function leftOut({ sslOptions, sshOptions, connectionReadOnly, color }: Connection): string[] {
  const files = [sslOptions?.ca, sslOptions?.cert, sslOptions?.key].map(asText).filter((file) => file !== '');
  const bastion = asText(sshOptions?.host);
  return [
    ...(sshOptions ? [`its SSH tunnel${bastion === '' ? '' : ` over ${bastion}`}`] : []),
    ...(files.length > 0 ? [`its certificate files (${files.join(', ')}): enter what they hold`] : []),
    ...(sslOptions ? ['that its certificate is not checked: here it is, unless you switch that off'] : []),
    ...(connectionReadOnly ? ['that it is only read'] : []),
    ...(asText(color) === '' ? [] : ['its colour']),
  ];
}
