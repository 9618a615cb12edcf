import path from 'node:path';
import { configFolder } from '../../backend/stores/config-folder.ts';

/** The folder for what the browser host keeps: --data-dir, LOCKSTEP_DATA_DIR, or one of its own by the XDG rules. */
export function dataFolderOf(option: string | undefined, env: NodeJS.ProcessEnv): string {
  return namedFolder(option, env) ?? path.join(configFolder(env), 'browser');
}

/** The folder for what it shares with the desktop application and the command line: with a folder of its own, nothing. */
export const sharedFolderOf = (option: string | undefined, env: NodeJS.ProcessEnv): string =>
  namedFolder(option, env) ?? configFolder(env);

function namedFolder(option: string | undefined, env: NodeJS.ProcessEnv): string | undefined {
  const named = option ?? env['LOCKSTEP_DATA_DIR'];
  return named ? path.resolve(named) : undefined;
}
