import type { ArgumentText } from './key-rules.ts';

/**
 * Whether a command gives its key an expiry as a time that remains, as sources before 7.0 send it: whoever reads the command
 * later than it was run cannot tell when that will be. `name` in small letters.
 */
export function setsRelativeExpiry(name: string, text: ArgumentText, count: number): boolean {
  switch (name) {
    case 'expire':
    case 'pexpire':
    case 'setex':
    case 'psetex':
      return true;
    case 'set':
      return hasOption(text, count, 3, /^(EX|PX)$/i);
    case 'getex':
      return hasOption(text, count, 2, /^(EX|PX)$/i);
    case 'restore':
    case 'restore-asking':
      return text(2) !== '0' && !hasOption(text, count, 4, /^ABSTTL$/i);
    default:
      return false;
  }
}

/** Whether it may: for a command of which only the name is in view. */
export const maySetRelativeExpiry = (name: string): boolean =>
  /^(set|setex|psetex|restore|restore-asking)$/.test(name);

function hasOption(text: ArgumentText, count: number, from: number, option: RegExp): boolean {
  for (let i = from; i < count; i++) if (option.test(text(i))) return true;
  return false;
}
