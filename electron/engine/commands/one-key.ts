import type { CommandRow } from './command-row.ts';

/** Whether argument 1 is the command's only key, whatever follows it. */
export function hasOneKeyFirst({ keys }: CommandRow): boolean {
  if (typeof keys !== 'object') return false;
  return 'last' in keys ? keys.first === 1 && keys.last === 1 : true;
}
