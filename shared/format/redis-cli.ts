import type { SentinelGroup } from '../model/sentinel-group.ts';

/** Where a command is to be run, and as whom. A page knows only whether there is a password. */
export interface CliPlace {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly user?: string | null | undefined;
  readonly password?: string | undefined;
  readonly hasPassword?: boolean | undefined;
  /** Sentinels tell where it is; then host and port are empty as long as that is not known. */
  readonly sentinel?: (SentinelGroup & { readonly hasPassword?: boolean | undefined }) | undefined;
}

/**
 * `redis-cli -h host -p port … words`, to be pasted into a shell: the real address, and never the password, which `--askpass`
 * asks for there.
 */
export function redisCli(place: CliPlace, ...words: readonly (string | number)[]): string {
  const { host, port, tls, user } = place;
  const asks = (place.password !== undefined && place.password !== '') || place.hasPassword === true;
  const options = [
    ...(tls ? ['--tls'] : []),
    ...(asks && user ? ['--user', user] : []),
    ...(asks ? ['--askpass'] : []),
  ];
  return ['redis-cli', '-h', host, '-p', port, ...options, ...words].map(quoted).join(' ');
}

/** One word of a shell. */
export function quoted(word: string | number): string {
  const text = String(word);
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
