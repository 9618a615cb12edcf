/** What a server can do that older ones cannot. */
export interface Abilities {
  readonly memoryUsage: boolean;
  /** EXISTS takes several keys. */
  readonly multiExists: boolean;
  /** SMISMEMBER and ZMSCORE. */
  readonly multiMembership: boolean;
  /** PEXPIRETIME. */
  readonly expiryTime: boolean;
  /** Hash fields expire. */
  readonly fieldTtl: boolean;
  readonly functions: boolean;
  /** Replicas learn `entries-read` of a group; before 7.4 it differs between a primary and its own replica. */
  readonly replicatesEntriesRead: boolean;
  /** XCLAIM forgets a pending entry whose message has been deleted; before 7.0 it goes on to be pending. */
  readonly claimForgetsDeleted: boolean;
}

/** The commands to ask COMMAND INFO for. */
export const TELLING_COMMANDS = [
  'memory',
  'exists',
  'smismember',
  'zmscore',
  'pexpiretime',
  'hpttl',
  'function',
] as const;

/**
 * Tells the abilities from INFO server and from the arities that COMMAND INFO gave for those of TELLING_COMMANDS that the
 * server knows. Without `arities`, as where COMMAND is renamed, the version alone has to do.
 */
export function tellAbilities(
  infoServer: string,
  arities: ReadonlyMap<string, number> | undefined,
): Abilities {
  const since = versionCheck(infoServer, 'redis_version');
  const replicatesEntriesRead = since(7, 4);
  const claimForgetsDeleted = since(7, 0);
  if (!arities) {
    return {
      memoryUsage: since(4, 0),
      multiExists: since(3, 2),
      multiMembership: since(6, 2),
      expiryTime: since(7, 0),
      fieldTtl: since(7, 4) || versionCheck(infoServer, 'valkey_version')(9, 0),
      functions: since(7, 0),
      replicatesEntriesRead,
      claimForgetsDeleted,
    };
  }
  return {
    memoryUsage: arities.has('memory'),
    // A negative arity stands for "or more".
    multiExists: (arities.get('exists') ?? 0) < 0,
    multiMembership: arities.has('smismember') && arities.has('zmscore'),
    expiryTime: arities.has('pexpiretime'),
    fieldTtl: arities.has('hpttl'),
    functions: arities.has('function'),
    replicatesEntriesRead,
    claimForgetsDeleted,
  };
}

function versionCheck(info: string, field: string): (major: number, minor: number) => boolean {
  const [, x = 0, y = 0] = (new RegExp(`^${field}:(\\d+)\\.(\\d+)`, 'm').exec(info) ?? []).map(Number);
  return (major, minor) => x > major || (x === major && y >= minor);
}
