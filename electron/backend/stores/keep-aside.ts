import fs from 'node:fs';
import path from 'node:path';

/**
 * Puts a file that cannot be used beside itself, as `<name>.damaged-<time>.json` or `<name>.newer-<time>.json`, so that it
 * is never written over. `copy` leaves the file where it is.
 *
 * @returns the path under which it now lies. @throws when the folder cannot be written
 */
export function keepAside(
  file: string,
  why: 'damaged' | 'newer',
  how: 'move' | 'copy',
  atMs: number,
): string {
  const { dir, name, ext } = path.parse(file);
  const time = new Date(atMs).toISOString().replace(/[-:]|\.\d+/g, '');
  for (let attempt = 1; ; attempt += 1) {
    const aside = path.join(dir, `${name}.${why}-${time}${attempt === 1 ? '' : `-${attempt}`}${ext}`);
    if (fs.existsSync(aside)) continue;
    if (how === 'move') fs.renameSync(file, aside);
    else fs.copyFileSync(file, aside, fs.constants.COPYFILE_EXCL);
    return aside;
  }
}
