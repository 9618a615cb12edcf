import { z } from 'zod';
import { asPort, asText, given, readEach, type Found, type ReadServers } from './imported.ts';
import { formatAddress } from '../../format/address.ts';

const text = z.string().nullish();
const node = z.object({ host: z.string(), port: z.union([z.number(), z.string()]) });

/**
 * One database of RedisInsight's export (its `Database` model and the paths that its import reads). With Sentinels, host and port are of
 * one of them, as are user and password; those of the servers stand in `sentinelMaster`.
 */
const databaseSchema = z.looseObject({
  name: text,
  host: z.string(),
  port: z.union([z.number(), z.string()]),
  username: text,
  password: text,
  db: z.number().nullish(),
  connectionType: text,
  tls: z.boolean().nullish(),
  tlsServername: text,
  verifyServerCert: z.boolean().nullish(),
  caCert: z.looseObject({ certificate: text }).nullish(),
  clientCert: z.looseObject({ certificate: text, key: text }).nullish(),
  sentinelMaster: z.looseObject({ name: text, username: text, password: text }).nullish(),
  nodes: z.array(node).nullish(),
  ssh: z.boolean().nullish(),
  sshOptions: z.looseObject({ host: text }).nullish(),
});
type Database = z.infer<typeof databaseSchema>;

/** undefined for what is no list. */
export function readRedisInsight(parsed: unknown): ReadServers | undefined {
  if (!Array.isArray(parsed)) return undefined;
  return readEach(parsed, (entry) => {
    const database = databaseSchema.safeParse(entry);
    return database.success ? readDatabase(database.data) : 'It has no host and no port.';
  });
}

function readDatabase(database: Database): Found {
  const { host, port, nodes, sentinelMaster, tls, caCert, clientCert } = database;
  const bySentinels = database.connectionType === 'SENTINEL' || Boolean(sentinelMaster?.name);
  const [user, password] = [database.username ?? '', database.password ?? ''];
  const certificate = clientCert?.certificate ?? '';
  // The key of a certificate that did not come along opens nothing.
  const key = certificate === '' ? '' : (clientCert?.key ?? '');
  const watching = nodes && nodes.length > 0 ? nodes : [{ host, port }];
  return {
    name: database.name ?? '',
    endpoint: {
      ...(bySentinels
        ? {
            kind: 'sentinels',
            sentinels: watching.map((one) => formatAddress({ ...one, port: asPort(one.port) })).join('\n'),
            primaryName: sentinelMaster?.name ?? '',
            ...{ user: sentinelMaster?.username ?? '', sentinelUser: user, sentinelTls: tls ?? false },
          }
        : { host, port: asPort(port), user }),
      ...{ tls: tls ?? false, verify: database.verifyServerCert ?? true },
      ...{ serverName: database.tlsServername ?? '', ca: caCert?.certificate ?? '', certificate },
    },
    secrets: given({
      password: bySentinels ? (sentinelMaster?.password ?? '') : password,
      ...{ key, sentinelPassword: bySentinels ? password : '' },
    }),
    without: leftOut(database),
  };
}

function leftOut({ db, ssh, sshOptions, clientCert, caCert, tls }: Database): string[] {
  const bastion = asText(sshOptions?.host);
  return [
    ...(ssh || sshOptions ? [`its SSH tunnel${bastion === '' ? '' : ` over ${bastion}`}`] : []),
    ...(db ? [`its database ${db}: a task chooses databases`] : []),
    ...(tls && caCert && !caCert.certificate ? ['its CA certificate, which the file does not hold'] : []),
    ...(tls && clientCert && !(clientCert.certificate && clientCert.key)
      ? ['its client certificate with its key, which the file does not hold whole']
      : []),
  ];
}
