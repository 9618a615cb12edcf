import { chmodSync, existsSync } from 'node:fs';
import { OWNER_ONLY_FILE } from './owner-only.ts';
import type { DocumentStore } from './ports.ts';

/** What is used of conf, and of electron-store, which is a conf as well. */
export interface ObjectFile {
  store: Record<string, unknown>;
}

/** Options that both take: one object in the file, replaced as a whole, and a damaged one never cleared. */
export const OBJECT_FILE_OPTIONS = {
  configFileMode: OWNER_ONLY_FILE,
  clearInvalidConfig: false,
  accessPropertiesByDotNotation: false,
  deserialize: parseObject,
} as const;

/** `open` reads the file, so it is only called when something is to be read or written. */
export function documentStore(path: string, open: () => ObjectFile): DocumentStore {
  return {
    path,
    read: () => (existsSync(path) ? open().store : undefined),
    write: (document) => {
      open().store = { ...document };
      // A file that was there before keeps its mode.
      chmodSync(path, OWNER_ONLY_FILE);
    },
  };
}

function parseObject(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new SyntaxError('it holds no JSON object');
  return value as Record<string, unknown>;
}
