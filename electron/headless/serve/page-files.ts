import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { contentTypeOf } from '../../../shared/page-policy.ts';

export interface PageFile {
  readonly content: Buffer;
  readonly contentType: string;
  /** Its name holds a hash of its content, so a browser may keep it for good. */
  readonly unchanging: boolean;
}

/** The page as it was built: every file by its path in the address. Nothing else is ever served. */
export function readPageFiles(folder: string): ReadonlyMap<string, PageFile> {
  const files = new Map<string, PageFile>();
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const contentType = contentTypeOf(entry.name);
    if (!entry.isFile() || contentType === undefined) continue;
    const file = path.join(entry.parentPath, entry.name);
    const address = `/${path.relative(folder, file).split(path.sep).join('/')}`;
    files.set(address, {
      content: readFileSync(file),
      contentType,
      unchanging: address.startsWith('/assets/'),
    });
  }
  return files;
}
