import os from 'node:os';
import path from 'node:path';

/** Where hosts of this account keep what is theirs together, by the XDG rules. */
export function configFolder(env: NodeJS.ProcessEnv): string {
  // XDG: a relative path in the variable is to be ignored.
  const config = env['XDG_CONFIG_HOME'];
  const base = config && path.isAbsolute(config) ? config : path.join(os.homedir(), '.config');
  return path.join(base, 'lockstep');
}
