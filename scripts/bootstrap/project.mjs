import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout: the folder that holds package.json. */
export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** An absolute path inside the checkout. */
export const inRoot = (...parts) => path.join(ROOT, ...parts);

/** Status when this machine lacks something that cannot be installed here (`EXIT.local` of the error catalogue). */
export const EXIT_SETUP = 5;

/** A condition that the reader can mend: printed as one line, without a stack. */
export class SetupError extends Error {
  constructor(message, exit = EXIT_SETUP) {
    super(message);
    this.exit = exit;
  }
}

/** Messages of the bootstrap go to stderr: stdout belongs to the program that it starts. */
export const say = (message) => process.stderr.write(`lockstep: ${message}\n`);

/** The absolute path of a program on PATH, or undefined. */
export function onPath(program) {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) {
    for (const ending of endings) {
      const file = path.join(folder, program + ending);
      if (folder !== '' && existsSync(file)) return file;
    }
  }
  return undefined;
}
