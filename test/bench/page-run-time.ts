import { readdirSync, readFileSync } from 'node:fs';
import { cpuSeconds } from './process-usage.ts';

/**
 * CPU seconds of a process, all its threads, to the nanosecond: the ticks that /proc/<pid>/stat counts miss much of what
 * works in bursts shorter than one. Where the system does not tell it, what the ticks say.
 */
export function runSeconds(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/task`)
      .map((thread) =>
        Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ', 1)[0]),
      )
      .reduce((sum, ns) => sum + ns / 1e9, 0);
  } catch {
    return cpuSeconds(pid);
  }
}
