/** What a target can do, as far as the form of the commands sent to it depends on it. */
export interface TargetAbilities {
  /** major * 10000 + minor * 100 + patch of the Redis version it is compatible with. */
  readonly version: number;
  readonly flavour: 'redis' | 'valkey';
  /** The newest RDB version whose types it takes in RESTORE; see `takesPayload` for those below. */
  readonly rdbVersion: number;
  /** RESTORE takes a payload of its own RDB version only; since 3.2 older ones as well. */
  readonly ownRdbVersionOnly: boolean;
  /** RESTORE ... REPLACE (3.0). */
  readonly restoreReplace: boolean;
  /** RESTORE ... ABSTTL (5.0). */
  readonly restoreAbsTtl: boolean;
  /** SET ... KEEPTTL (6.0). */
  readonly keepTtl: boolean;
  /** SET ... PXAT (6.2). */
  readonly setPxat: boolean;
  /** FUNCTION LOAD (7.0). */
  readonly functions: boolean;
  /** HPEXPIREAT (Redis 7.4, Valkey 9). */
  readonly fieldExpiry: boolean;
  /** HSETEX (Redis 8.0, Valkey 9). */
  readonly hsetex: boolean;
  /** XGROUP CREATECONSUMER (6.2). */
  readonly createConsumer: boolean;
  /** XSETID with ENTRIESADDED and MAXDELETEDID, XGROUP CREATE with ENTRIESREAD (7.0). */
  readonly streamCounters: boolean;
  /** UNLINK, FLUSHDB ASYNC, MEMORY (4.0). */
  readonly lazyFree: boolean;
  /** Scripts are replicated by their effects, so they may scan and then write (5.0). */
  readonly scripts: boolean;
  /** CONFIG SET import-mode, CLIENT IMPORT-SOURCE (Valkey 8.1). */
  readonly importMode: boolean;
  /** How many databases it has; INFO does not tell. */
  readonly databases: number;
  /** It has modules loaded. Servers before 6.2 end themselves when they are to RESTORE a value of a module they lack. */
  readonly modules: boolean;
}

/** From INFO server. `valkeyVersion` is undefined on a Redis. */
export function abilitiesOf(
  redisVersion: string,
  valkeyVersion: string | undefined,
  databases: number,
  modules: boolean,
): TargetAbilities {
  const version = versionNumber(redisVersion);
  const valkey = valkeyVersion === undefined ? 0 : versionNumber(valkeyVersion);
  return {
    version,
    flavour: valkeyVersion === undefined ? 'redis' : 'valkey',
    rdbVersion: rdbVersionOf(version, valkey),
    ownRdbVersionOnly: version < 30200,
    restoreReplace: version >= 30000,
    restoreAbsTtl: version >= 50000,
    keepTtl: version >= 60000,
    setPxat: version >= 60200,
    functions: version >= 70000,
    fieldExpiry: valkey > 0 ? valkey >= 90000 : version >= 70400,
    hsetex: valkey > 0 ? valkey >= 90000 : version >= 80000,
    createConsumer: version >= 60200,
    streamCounters: version >= 70000,
    lazyFree: version >= 40000,
    scripts: version >= 50000,
    importMode: valkey >= 80100,
    databases,
    modules,
  };
}

/** `7.0.15` → 70015. Unreadable parts count as 0. */
export function versionNumber(version: string): number {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map((part) => Number.parseInt(part, 10) || 0);
  return major * 10000 + minor * 100 + patch;
}

/** The last RDB version that Redis and Valkey have in common, and the first that is Valkey's alone. */
const LAST_SHARED_RDB = 11;
const FIRST_VALKEY_RDB = 80;

/** Whether RESTORE takes a payload that ends in this RDB version. Source: Valkey rdb.h: rdbIsForeignVersion. */
export function takesPayload(
  { rdbVersion, flavour }: Pick<TargetAbilities, 'rdbVersion' | 'flavour'>,
  version: number,
): boolean {
  if (version > rdbVersion) return false;
  return flavour === 'redis' || version <= LAST_SHARED_RDB || version >= FIRST_VALKEY_RDB;
}

function rdbVersionOf(version: number, valkey: number): number {
  if (version < 30200) return 6;
  if (version < 40000) return 7;
  if (version < 50000) return 8;
  if (version < 70000) return 9;
  if (version < 70200) return 10;
  // Valkey went its own way from there; it knows none of the types of Redis 7.4 and later.
  if (valkey >= 90000) return FIRST_VALKEY_RDB;
  if (version < 70400 || valkey > 0) return LAST_SHARED_RDB;
  return 12;
}
