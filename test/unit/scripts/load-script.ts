import path from 'node:path';
import { pathToFileURL } from 'node:url';

const SCRIPTS = path.resolve(import.meta.dirname, '../../../scripts');

/** Loads one of scripts/, which are plain JavaScript, since they run before anything is installed, with its types. */
export const loadScript = async <T>(name: string): Promise<T> =>
  (await import(pathToFileURL(path.join(SCRIPTS, name)).href)) as T;
