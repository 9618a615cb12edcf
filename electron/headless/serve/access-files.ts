import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { OWNER_ONLY_FILE } from '../../backend/owner-only.ts';

/** The token alone, so that whatever takes one from a file can read it, such as a scraper of metrics. */
const TOKEN_FILE = 'token';
const ADDRESS_FILE = 'address';
/** More than either is, by far. */
const MOST_CHARACTERS = 1000;

/** How a running host is reached by programs of the same account. */
export interface HostAccess {
  /** `http://127.0.0.1:7600` */
  readonly origin: string;
  readonly token: string;
}

/** Leaves both in the folder of the host, for its account alone. @returns a function that takes them away */
export function leaveAccess(folder: string, { origin, token }: HostAccess): () => void {
  const files = [
    [path.join(folder, ADDRESS_FILE), origin],
    [path.join(folder, TOKEN_FILE), token],
  ] as const;
  for (const [file, text] of files) {
    // Whole before it has its name, and never readable for others, not even for a moment.
    const draft = `${file}.${process.pid}`;
    rmSync(draft, { force: true });
    writeFileSync(draft, `${text}\n`, { mode: OWNER_ONLY_FILE, flag: 'wx' });
    renameSync(draft, file);
  }
  return () => {
    for (const [file] of files) rmSync(file, { force: true });
  };
}

/** What a host has left there; undefined where there is none, or it has ended. */
export function readAccess(folder: string): HostAccess | undefined {
  const [origin, token] = [ADDRESS_FILE, TOKEN_FILE].map((name) => readLine(path.join(folder, name)));
  return origin === undefined || token === undefined ? undefined : { origin, token };
}

function readLine(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').slice(0, MOST_CHARACTERS).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
