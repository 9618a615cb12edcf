import { quoted, type CliPlace } from './redis-cli.ts';

/** The command that hands a target over in the place of a task that is gone. The password comes by a variable, never with it. */
export function releaseCommand(target: CliPlace, task: string): string {
  const { host, port, tls, user } = target;
  const name = host.includes(':') ? `[${host}]` : host;
  const url = `${tls ? 'rediss' : 'redis'}://${user ? `${encodeURIComponent(user)}@` : ''}${name}:${port}`;
  return ['lockstep', 'release', '--target', url, '--task', task].map(quoted).join(' ');
}
