import { readFileSync, readlinkSync } from 'node:fs';
import os from 'node:os';
import { z } from 'zod';

/** Which process something belongs to, so that another can tell whether that is still there. */
export const processMarkSchema = z.object({
  /** Where its number counts: the machine, and on Linux the container. */
  place: z.string().max(500),
  pid: z
    .number()
    .int()
    .positive()
    .max(2 ** 31 - 1),
  /** When it began, as Linux counts it; elsewhere the number alone has to do. */
  start: z.string().max(50),
});

export type ProcessMark = z.infer<typeof processMarkSchema>;

export const markOf = (pid: number): ProcessMark => ({ place: place(), pid, start: startOf(pid) });

/** That it has ended. Of one that runs elsewhere nothing is known, so it has not. */
export function hasEnded(mark: ProcessMark): boolean {
  if (mark.place !== place()) return false;
  try {
    process.kill(mark.pid, 0);
  } catch (error) {
    // EPERM: it runs, under another account.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return true;
  }
  // The number may be another process's by now, such as after a restart of the machine.
  return mark.start !== startOf(mark.pid);
}

function place(): string {
  try {
    return `${os.hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return os.hostname();
  }
}

/** When a process began; `unknown` where that is not told. */
export function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may hold blanks.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 'unknown';
  } catch {
    return 'unknown';
  }
}
