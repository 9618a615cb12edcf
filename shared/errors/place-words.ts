import { redisCli, type CliPlace } from '../format/redis-cli.ts';
import { releaseCommand } from '../format/release-command.ts';
import { SENTINEL_PORT } from '../model/sentinel-group.ts';

/** Where the two servers are, as far as whoever shows an error knows it. */
export interface Places {
  readonly source?: CliPlace | undefined;
  readonly target?: CliPlace | undefined;
  /** The name under which the task has its checkpoint on the target. */
  readonly task?: string | undefined;
}

/** Stands in the catalogue for redis-cli with the options that lead to the server. */
const CLI = '{redis-cli}';
/** Stands there for redis-cli with the options that lead to the first of the server's Sentinels. */
const SENTINEL_CLI = '{sentinel-cli}';
const SENTINEL_HERE = `redis-cli -p ${SENTINEL_PORT}`;
/** Stands there for the ACL user that the server is opened with. */
const USER = '{user}';
/** Stands there for the command that hands the task's target over. */
const RELEASE = '{release}';

/** A text of the catalogue about one server, with its real address, so that a command in it can be run as it stands. */
export function textAt(text: string, place: CliPlace | undefined): string {
  return text
    .replaceAll(CLI, place && place.host !== '' ? redisCli(place) : 'redis-cli')
    .replaceAll(SENTINEL_CLI, sentinelCli(place))
    .replaceAll(USER, place ? place.user || 'default' : 'default');
}

function sentinelCli(place: CliPlace | undefined): string {
  const node = place?.sentinel?.nodes[0];
  return node ? redisCli({ ...place.sentinel!, ...node }) : SENTINEL_HERE;
}

/** The same for an error: its code says which of the two servers it is about. */
export function textOf(code: string, text: string, places: Places | undefined): string {
  const { source, target, task } = places ?? {};
  const release = target && task !== undefined ? releaseCommand(target, task) : 'lockstep release';
  const place = code.startsWith('SOURCE_') ? source : code.startsWith('TARGET_') ? target : undefined;
  return textAt(text.replaceAll(RELEASE, release), place);
}

/** The same for a page that tells of no server in particular. */
export const textOfAny = (text: string): string =>
  text
    .replaceAll(CLI, 'redis-cli -h <host> -p <port>')
    .replaceAll(SENTINEL_CLI, `redis-cli -h <sentinel> -p ${SENTINEL_PORT}`)
    .replaceAll(USER, '<user>')
    .replaceAll(RELEASE, 'lockstep release --target <address> --task <name>');
