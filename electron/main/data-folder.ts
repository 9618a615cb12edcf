import { app } from 'electron';
import path from 'node:path';
import { configFolder } from '../backend/stores/config-folder.ts';

export interface DataFolders {
  /** The application's own documents and logs. */
  readonly dataFolder: string;
  /** See BackendPorts.sharedDir. */
  readonly sharedFolder: string;
}

/**
 * The folders of the application. LOCKSTEP_DATA_DIR names another one, for Chromium's files as well; with a folder of its own nothing is
 * shared. Has to run before anything asks Electron for a path, and before the lock of the single instance.
 */
export function chooseDataFolders(env: NodeJS.ProcessEnv): DataFolders {
  const named = env['LOCKSTEP_DATA_DIR'];
  const profile = app.commandLine.getSwitchValue('user-data-dir');
  if (named) app.setPath('userData', path.join(path.resolve(named), 'chromium'));
  else if (profile) app.setPath('userData', path.resolve(profile));
  const dataFolder = named ? path.resolve(named) : path.join(app.getPath('userData'), 'desktop');
  return { dataFolder, sharedFolder: named || profile ? dataFolder : configFolder(env) };
}
