import type { ImportReport } from '../../../shared/contract/server-requests.ts';
import { sameAddress } from '../../../shared/model/server-address.ts';
import { readImport } from '../../../shared/servers/import/read-import.ts';
import type { ReadServer, Refusal } from '../../../shared/servers/import/imported.ts';
import { freeName, MOST_SERVERS, type ServerEntry } from '../../../shared/servers/saved-server.ts';
import type { Servers } from './servers.ts';

/**
 * Adds what a file holds; what is in the book already, or finds no room, is left and told. Nothing is asked of the servers.
 * @throws LockstepError URL_INVALID, STORE_UNWRITABLE
 */
export function importServers(text: string, servers: Servers): ImportReport {
  const { form, servers: read, refused } = readImport(text);
  const left: Refusal[] = [...refused];
  const taken: ReadServer[] = [];
  for (const server of read) {
    const there = [...servers.all, ...taken].find((one) => isSame(one, server));
    if (there) left.push({ what: server.name, why: `It is saved already, as “${there.name}”.` });
    else if (servers.all.length + taken.length >= MOST_SERVERS)
      left.push({ what: server.name, why: `There is room for ${MOST_SERVERS} servers.` });
    else taken.push({ ...server, name: nameOf(server, [...servers.all, ...taken]) });
  }
  const added = servers.add(taken.map(({ without: _, ...server }) => server));
  return {
    form,
    refused: left,
    added: added.map(({ id, name, group }, index) => ({
      ...{ id, name, group },
      without: [...taken[index]!.without],
    })),
  };
}

/** Two users of one server may be kept apart. */
const isSame = (one: ServerEntry, other: ServerEntry): boolean =>
  sameAddress(one.endpoint, other.endpoint) && one.endpoint.user === other.endpoint.user;

const nameOf = ({ name }: ServerEntry, others: readonly ServerEntry[]): string =>
  freeName(
    name,
    others.map((other) => other.name),
  );
