import { ACTION, type ArgumentText, type CommandRow } from './command-row.ts';

/**
 * Whether a command gives its key an expiry as a time that remains, as sources before 7.0 send it: whoever reads the command
 * later than it was run cannot tell when that will be.
 */
export function setsRelativeExpiry(
  { action, expiry }: CommandRow,
  text: ArgumentText,
  count: number,
): boolean {
  if (action === ACTION.RESTORE) return text(2) !== '0' && !hasOption(text, count, 4, /^ABSTTL$/i);
  if (expiry?.of !== 'key') return false;
  return expiry.relative ?? hasOption(text, count, expiry.at, /^(EX|PX)$/i);
}

/** Whether it may: for a command of which only the name is in view. EXPIRE and its like are never so large. */
export const maySetRelativeExpiry = ({ action }: CommandRow): boolean =>
  [ACTION.SET, ACTION.SETEX, ACTION.PSETEX, ACTION.RESTORE].some((one) => one === action);

function hasOption(text: ArgumentText, count: number, from: number, option: RegExp): boolean {
  for (let i = from; i < count; i++) if (option.test(text(i))) return true;
  return false;
}
