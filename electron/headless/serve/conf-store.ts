import Conf from 'conf';
import path from 'node:path';
import { documentStore, OBJECT_FILE_OPTIONS } from '../../backend/object-file.ts';
import type { OpenStore } from '../../backend/ports.ts';

/** Documents as JSON files of a folder, through conf: written beside and renamed, readable by their owner only. */
export const confStores =
  (folder: string): OpenStore =>
  (name) =>
    documentStore(
      path.join(folder, `${name}.json`),
      () => new Conf({ ...OBJECT_FILE_OPTIONS, cwd: folder, configName: name }),
    );
