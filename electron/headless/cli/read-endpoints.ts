import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { AddressRuleProblem, parseAddressMap, type AddressRule } from '../../../shared/model/address-map.ts';
import type { DatabasePair } from '../../../shared/model/database-map.ts';
import { parseEndpoint, type Endpoint } from '../../../shared/model/endpoint.ts';
import { databaseList, parseDatabases, type ListedDatabases } from './parse-databases.ts';

export interface AddressFlags {
  readonly source?: string;
  readonly target?: string;
  readonly sourceSentinelUser?: string;
  readonly targetSentinelUser?: string;
}

/** Where nodes of clusters are reached: on either side, and on one alone, which comes first. */
export interface MapFlags {
  readonly addressMap?: string;
  readonly sourceAddressMap?: string;
  readonly targetAddressMap?: string;
}

type Side = 'source' | 'target';

/** Both servers of a command, and the databases that it is about; undefined takes all. */
export interface Addressed {
  readonly source: Endpoint;
  readonly target: Endpoint;
  readonly databases: number[] | undefined;
  /** Those of them that go into a database of another number. */
  readonly databaseMap: readonly DatabasePair[];
}

/**
 * Both addresses of a command; passwords may come from the environment instead. A database in an address is a choice of
 * databases, as --db is.
 * @throws LockstepError URL_INVALID, or USAGE for an address that is missing, or for choices that do not go together
 */
export function readEndpoints(
  flags: AddressFlags & MapFlags & { readonly db?: string },
  env: NodeJS.ProcessEnv,
): Addressed {
  const source = readEndpoint('source', flags, env);
  const target = readEndpoint('target', flags, env);
  const listed = flags.db === undefined ? undefined : parseDatabases(flags.db, '--db');
  const databaseMap = listed?.map ?? [];
  return { source, target, databases: chosenDatabases(source.db, target.db, listed), databaseMap };
}

/** @throws LockstepError USAGE, which says what is wrong and repeats nothing */
function rulesOf(option: string, text: string | undefined): AddressRule[] {
  if (text === undefined) return [];
  try {
    return parseAddressMap(text);
  } catch (error) {
    if (!(error instanceof AddressRuleProblem)) throw error;
    throw new LockstepError('USAGE', `${option}: ${error.message}`);
  }
}

/**
 * The server of one side, with its passwords of the environment and the rules of where its nodes are reached.
 * @throws LockstepError URL_INVALID, or USAGE when it is missing
 */
export function readEndpoint(side: Side, flags: AddressFlags & MapFlags, env: NodeJS.ProcessEnv): Endpoint {
  const url = flags[side];
  if (url === undefined) throw new LockstepError('USAGE', `the option --${side} <url> is missing`);
  const variable = `LOCKSTEP_${side.toUpperCase()}`;
  const addressMap = [
    ...rulesOf(`--${side}-address-map`, flags[`${side}AddressMap`]),
    ...rulesOf('--address-map', flags.addressMap),
  ];
  const endpoint: Endpoint = {
    ...parseEndpoint(url, {
      password: env[`${variable}_PASSWORD`],
      sentinelPassword: env[`${variable}_SENTINEL_PASSWORD`],
    }),
    ...(addressMap.length === 0 ? {} : { addressMap }),
  };
  const user = flags[`${side}SentinelUser`];
  if (user === undefined) return endpoint;
  if (!endpoint.sentinel)
    throw new LockstepError('USAGE', `--${side}-sentinel-user is for an address of Sentinels`);
  return { ...endpoint, sentinel: { ...endpoint.sentinel, user } };
}

/** 0 in an address is what many programs write without meaning it, and chooses nothing. */
function chosenDatabases(
  source: number,
  target: number,
  listed: ListedDatabases | undefined,
): number[] | undefined {
  if (source === 0 && target === 0) return listed?.databases;
  if (target !== 0 && target !== source) {
    throw new LockstepError(
      'USAGE',
      `the address of the target names database ${target}, and that of the source ${source === 0 ? 'none' : source}: every database keeps its number, so choose it with --db; ${source}:${target} there puts it into another`,
    );
  }
  const { databases = [source], map = [] } = listed ?? {};
  if (databases.length !== 1 || databases[0] !== source || map.length > 0) {
    throw new LockstepError(
      'USAGE',
      `an address names database ${source}, and --db ${databaseList({ databases, map })}: give one of the two`,
    );
  }
  return [source];
}
