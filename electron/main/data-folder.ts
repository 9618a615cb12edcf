import { app } from 'electron';
import path from 'node:path';

/**
 * The folder of the application's own documents and logs. LOCKSTEP_DATA_DIR names another one, for Chromium's files
 * as well. Has to run before anything asks Electron for a path, and before the lock of the single instance.
 */
export function chooseDataFolder(env: NodeJS.ProcessEnv): string {
  const named = env['LOCKSTEP_DATA_DIR'];
  const profile = app.commandLine.getSwitchValue('user-data-dir');
  if (named) app.setPath('userData', path.join(path.resolve(named), 'chromium'));
  else if (profile) app.setPath('userData', path.resolve(profile));
  return named ? path.resolve(named) : path.join(app.getPath('userData'), 'desktop');
}
