import os from 'node:os';
import path from 'node:path';

/** The folder for what the browser host keeps: --data-dir, LOCKSTEP_DATA_DIR, or one of its own by the XDG rules. */
export function dataFolderOf(option: string | undefined, env: NodeJS.ProcessEnv): string {
  const named = option ?? env['LOCKSTEP_DATA_DIR'];
  if (named) return path.resolve(named);
  // XDG: a relative path in the variable is to be ignored.
  const config = env['XDG_CONFIG_HOME'];
  const base = config && path.isAbsolute(config) ? config : path.join(os.homedir(), '.config');
  return path.join(base, 'lockstep', 'browser');
}
