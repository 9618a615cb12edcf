import { readFileSync } from 'node:fs';

interface AsarFolder {
  readonly files: Readonly<Record<string, AsarFolder | AsarFile>>;
}

interface AsarFile {
  readonly size: number;
  /** From the end of the header; a file that was left outside of the archive has none. */
  readonly offset?: string;
}

/** Where the length of the header stands, and where the header begins. */
const LENGTH_AT = 12;
const HEADER_AT = 16;
const ALIGNMENT = 4;

/** The files of an asar archive with their contents, by their path with slashes. Reads the whole archive. */
export function readAsar(file: string): ReadonlyMap<string, Buffer> {
  const archive = readFileSync(file);
  const length = archive.readUInt32LE(LENGTH_AT);
  const header = JSON.parse(archive.toString('utf8', HEADER_AT, HEADER_AT + length)) as AsarFolder;
  const contentsAt = HEADER_AT + Math.ceil(length / ALIGNMENT) * ALIGNMENT;
  const contents = new Map<string, Buffer>();
  const add = (folder: AsarFolder, prefix: string): void => {
    for (const [name, entry] of Object.entries(folder.files)) {
      if ('files' in entry) add(entry, `${prefix}${name}/`);
      else if (entry.offset !== undefined) {
        const at = contentsAt + Number(entry.offset);
        contents.set(prefix + name, archive.subarray(at, at + entry.size));
      }
    }
  };
  add(header, '');
  return contents;
}
