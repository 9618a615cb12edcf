import Store from 'electron-store';
import path from 'node:path';
import { documentStore, OBJECT_FILE_OPTIONS } from '../backend/object-file.ts';
import type { OpenStore } from '../backend/ports.ts';

/** Documents as JSON files of a folder, through electron-store: written beside and renamed, for their owner only. */
export const desktopStores =
  (folder: string): OpenStore =>
  (name) =>
    documentStore(
      path.join(folder, `${name}.json`),
      () => new Store({ ...OBJECT_FILE_OPTIONS, cwd: folder, name }),
    );
