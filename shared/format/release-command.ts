import { quoted, type CliPlace } from './redis-cli.ts';
import { serverUrl } from './server-url.ts';

/** The command that hands a target over in the place of a task that is gone. The passwords come by variables, never with it. */
export function releaseCommand(target: CliPlace, task: string): string {
  const { sentinel } = target;
  const sentinelUser = sentinel?.user ? ['--target-sentinel-user', sentinel.user] : [];
  return ['lockstep', 'release', '--target', serverUrl(target), ...sentinelUser, '--task', task]
    .map(quoted)
    .join(' ');
}
