import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { formatBytes } from '../../../../shared/format/numbers.ts';
import { failure, mend, pass, warning, type Finding } from '../finding.ts';
import type { Check } from '../subjects.ts';

/** Makes nothing: a folder that is not there yet is judged by the nearest one above it. */
export const spoolDisk: Check = async ({ spec }) => {
  const folder = path.resolve(spec.spoolDir);
  const present = await nearestFolder(folder);
  const elsewhere = mend('here', 'Choose another folder for the buffer.');
  if (!(await stat(present)).isDirectory())
    return failure(`${present} is a file, so the buffer cannot lie in ${folder}.`, elsewhere);
  try {
    await access(present, constants.W_OK | constants.X_OK);
  } catch {
    return failure(
      `The folder ${present} may not be written.`,
      elsewhere,
      mend('here', 'Or fix its permissions.', `chmod u+wx '${present.replaceAll("'", `'\\''`)}'`),
    );
  }
  const { bavail, bsize } = await statfs(present);
  return judgeSpool(present, bavail * bsize, spec.spoolMaxBytes);
};

export function judgeSpool(folder: string, freeBytes: number, mostBytes: number): Finding {
  const found = `${formatBytes(freeBytes)} are free in ${folder}`;
  if (freeBytes >= mostBytes) return pass(`${found}, and the buffer takes up to ${formatBytes(mostBytes)}.`);
  return warning(
    `${found}, and the buffer may grow to ${formatBytes(mostBytes)}. If the disk fills up, the stream is asked for again from the checkpoint.`,
    mend('here', 'Make room, choose a folder on another disk, or make the buffer smaller.'),
  );
}

async function nearestFolder(folder: string): Promise<string> {
  const there = await stat(folder).then(
    () => true,
    () => false,
  );
  const above = path.dirname(folder);
  return there || above === folder ? folder : nearestFolder(above);
}
