import { describeStatuses } from '../exit-statuses.ts';

/** What several commands have in common is told once, on a page of its own. */
export const HELP_PAGES: Readonly<Record<string, string>> = {
  addresses: `Addresses of servers, as --source and --target take them:
  host, host:port              a server, or any node of a cluster
  redis://user:password@host:port/database
                               the same with more; a password is better given by a variable (help environment)
  rediss://…                   with TLS; valkey:// and valkeys:// mean the same
  redis-sentinel://host:26379,host:26379/name
                               the primary that Sentinels name, over failovers; rediss-sentinel:// with TLS

Where nodes of a cluster are reached, if not at what they announce, as --address-map takes it:
  10.0.0.1:6379=127.0.0.1:7001 one node
  10.0.0.1=127.0.0.1           all ports of a host
  *=127.0.0.1                  all hosts; with commas between, the most exact rule holds`,
  environment: `Environment:
  LOCKSTEP_SOURCE_PASSWORD     password for the source, unless its address has one
  LOCKSTEP_TARGET_PASSWORD     the same for the target, or for each of several
  LOCKSTEP_TARGET_2_PASSWORD   the same for the second --target alone, and so on; empty for none
  LOCKSTEP_SOURCE_SENTINEL_PASSWORD, LOCKSTEP_TARGET_SENTINEL_PASSWORD, LOCKSTEP_TARGET_2_SENTINEL_PASSWORD
                               passwords for their Sentinels
  NODE_EXTRA_CA_CERTS          file of the authorities to trust for rediss://
  LOCKSTEP_DATA_DIR            serve and tasks: the folder of --data-dir
  TMPDIR                       the temporary folder, and so the default of --buffer-dir
  LOCKSTEP_STACKS              1 prints where in the program an unforeseen fault arose, for a report of it`,
  statuses: `Exit statuses:
${describeStatuses()}

Every failure prints a code, what happened, why, and what to do.`,
};

/** Stands below the help of every command. */
export const MORE_HELP = `
More: ${Object.keys(HELP_PAGES)
  .map((page) => `lockstep help ${page}`)
  .join(', ')}`;
