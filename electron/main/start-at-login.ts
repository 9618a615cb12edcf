import { app } from 'electron';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { autostartEntry, HIDDEN_SWITCH } from './autostart-entry.ts';

/** Has the system start the application with the session of its user, or not any more. @throws where the system does not let it */
export function setStartAtLogin(wanted: boolean, env: NodeJS.ProcessEnv): void {
  if (process.platform !== 'linux')
    return app.setLoginItemSettings({ openAtLogin: wanted, args: [HIDDEN_SWITCH] });
  const file = path.join(configHome(env), 'autostart', 'lockstep.desktop');
  if (!wanted) return rmSync(file, { force: true });
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, autostartEntry(commandOf(env)));
}

/** An AppImage is started by its own path; without a package the program needs the folder of the application. */
const commandOf = (env: NodeJS.ProcessEnv): string[] =>
  env['APPIMAGE'] ? [env['APPIMAGE']] : [process.execPath, ...(app.isPackaged ? [] : [app.getAppPath()])];

const configHome = (env: NodeJS.ProcessEnv): string =>
  env['XDG_CONFIG_HOME'] || path.join(app.getPath('home'), '.config');
