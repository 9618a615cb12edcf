import { serverBinary, startRedis, type RedisProcess } from '../redis-server.ts';

/** A server version that the engine is tried with. */
export interface TestedVersion {
  readonly name: string;
  /** The Redis version it is compatible with; see TargetAbilities.version. */
  readonly version: number;
  readonly valkey: boolean;
}

/** The one that tests find on PATH. */
export const ON_PATH = '7.0';

export const VERSIONS: readonly TestedVersion[] = [
  { name: '2.8.24', version: 20824, valkey: false },
  { name: '3.2.13', version: 30213, valkey: false },
  { name: '4.0.14', version: 40014, valkey: false },
  { name: '5.0.14', version: 50014, valkey: false },
  { name: '6.2.16', version: 60216, valkey: false },
  { name: ON_PATH, version: 70000, valkey: false },
  { name: '7.2.6', version: 70206, valkey: false },
  { name: '7.4.1', version: 70401, valkey: false },
  { name: '8.0-m01', version: 80000, valkey: false },
  { name: 'valkey-8.0.1', version: 70204, valkey: true },
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
