import { formatAddress } from './address.ts';
import { quoted, type CliPlace } from './redis-cli.ts';

/** The command that hands a target over in the place of a task that is gone. The passwords come by variables, never with it. */
export function releaseCommand(target: CliPlace, task: string): string {
  const { tls, user, sentinel } = target;
  const login = user ? `${encodeURIComponent(user)}@` : '';
  const url = sentinel
    ? `${tls ? 'rediss' : 'redis'}-sentinel://${login}${sentinel.nodes.map(formatAddress).join(',')}/${encodeURIComponent(sentinel.name)}`
    : `${tls ? 'rediss' : 'redis'}://${login}${formatAddress(target)}`;
  const sentinelUser = sentinel?.user ? ['--target-sentinel-user', sentinel.user] : [];
  return ['lockstep', 'release', '--target', url, ...sentinelUser, '--task', task].map(quoted).join(' ');
}
