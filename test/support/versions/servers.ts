import { serverBinary, startRedis, type RedisProcess } from '../redis-server.ts';

/** A server version that the engine is tried with. */
export interface TestedVersion {
  readonly name: string;
  /** The Redis version it is compatible with; see TargetAbilities.version. */
  readonly version: number;
  readonly valkey: boolean;
  /** Fields of hashes may expire. */
  readonly fieldExpiry: boolean;
  /** What people run today: tried with every other one of these, both ways (`npm run test:servers` brings them). */
  readonly today: boolean;
}

/** The one that tests find on PATH. */
export const ON_PATH = '7.0';

const redis = (name: string, version: number, today = false): TestedVersion => ({
  name,
  version,
  valkey: false,
  fieldExpiry: version >= 70400,
  today,
});

/** Valkey calls itself 7.2.4 towards whoever asks for its Redis version. */
const valkey = (series: string, fieldExpiry: boolean): TestedVersion => ({
  name: `valkey-${series}`,
  version: 70204,
  valkey: true,
  fieldExpiry,
  today: true,
});

/** Series of releases: of each the newest that is there is taken. */
export const VERSIONS: readonly TestedVersion[] = [
  redis('2.8', 20824),
  redis('3.2', 30200),
  redis('4.0', 40000),
  redis('5.0', 50000),
  redis('6.2', 60200),
  redis(ON_PATH, 70000, true),
  redis('7.2', 70200),
  redis('7.4', 70400),
  redis('8.0', 80000, true),
  valkey('8.1', false),
  valkey('9.1', true),
];

export function versionNamed(name: string): TestedVersion {
  const found = VERSIONS.find((version) => version.name === name);
  if (!found) throw new Error(`${name} is not among the versions that tests know`);
  return found;
}

export const isPresent = ({ name }: TestedVersion): boolean =>
  name === ON_PATH || serverBinary(name) !== undefined;

/** What is not there, for a test's name: a skipped test is to say what it lacks. */
export function missingServers(...versions: readonly TestedVersion[]): string {
  const names = versions.filter((version) => !isPresent(version)).map(({ name }) => name);
  return names.length === 0
    ? ''
    : ` (skipped: $LOCKSTEP_TEST_SERVERS has no ${[...new Set(names)].join(', ')})`;
}

export function startVersion({ name }: TestedVersion): Promise<RedisProcess> {
  const binary = name === ON_PATH ? undefined : serverBinary(name);
  return startRedis(binary === undefined ? {} : { binary });
}
