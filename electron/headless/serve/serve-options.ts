import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { dataFolderOf, sharedFolderOf } from './data-folder.ts';
import { parseListenAddress, type ListenAddress } from '../metrics/listen-address.ts';
import { isLoopbackAddress } from './host-checks.ts';

/** Taken when it is free, so that an ssh tunnel can be set up once and for all. */
const DEFAULT_PORT = 7600;
const ANY_PORT = 0;
const MAX_PORT = 65_535;

/** The options of `serve` as they were typed. */
export interface ServeFlags {
  readonly port?: string;
  readonly host: string;
  readonly dataDir?: string;
  readonly metrics?: string;
}

export interface ServeOptions {
  readonly address: string;
  /** Tried in turn. */
  readonly ports: readonly number[];
  readonly dataFolder: string;
  /** See BackendPorts.sharedDir. */
  readonly sharedFolder: string;
  /** Where metrics are told without a token; undefined for nowhere. */
  readonly metrics: ListenAddress | undefined;
}

/** @throws LockstepError USAGE */
export function serveOptionsOf(flags: ServeFlags, env: NodeJS.ProcessEnv): ServeOptions {
  if (!isLoopbackAddress(flags.host))
    throw new LockstepError(
      'USAGE',
      `--host ${flags.host} would open the page to the network; it is served on 127.0.0.1, ::1 or localhost only. From another machine it is reached through ssh -L`,
    );
  return {
    address: flags.host,
    ports: flags.port === undefined ? [DEFAULT_PORT, ANY_PORT] : [portOf(flags.port)],
    dataFolder: dataFolderOf(flags.dataDir, env),
    sharedFolder: sharedFolderOf(flags.dataDir, env),
    metrics: flags.metrics === undefined ? undefined : parseListenAddress(flags.metrics, '--metrics'),
  };
}

function portOf(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > MAX_PORT)
    throw new LockstepError('USAGE', `--port ${text} is no port; give a number from 0 to ${MAX_PORT}`);
  return port;
}
