import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';

/** Whether redis-server is on PATH; a sandbox runs two of them. */
export function hasRedisServer(env: NodeJS.ProcessEnv): boolean {
  const name = process.platform === 'win32' ? 'redis-server.exe' : 'redis-server';
  const folders = (env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  return folders.some((folder) => isProgram(path.join(folder, name)));
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
