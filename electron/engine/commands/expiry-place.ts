import type { ArgumentText } from './argument-text.ts';

/** How a time is given. */
export interface TimeUnit {
  readonly unitMs: 1 | 1000;
  /** It remains, as sources before 7.0 send it; else it is a point in time. */
  readonly relative: boolean;
}

/** The options that give a time, which is the next argument. */
export const EXPIRY_OPTIONS: Readonly<Record<string, TimeUnit>> = {
  EX: { unitMs: 1000, relative: true },
  PX: { unitMs: 1, relative: true },
  EXAT: { unitMs: 1000, relative: false },
  PXAT: { unitMs: 1, relative: false },
};

/** A key's expiry, or that of fields of a hash. */
export type ExpiryOf = 'key' | 'fields';

/** The time is the argument at this index. */
export interface TimeAt extends TimeUnit {
  readonly of: ExpiryOf;
  readonly at: number;
}

/** One of EXPIRY_OPTIONS, if any, tells the time; they may stand from this argument on. */
export interface TimeOption {
  readonly of: ExpiryOf;
  readonly from: number | ((text: ArgumentText) => number);
}

/** Milliseconds at this index, 0 for none: a point in time with this option behind it, else they remain. */
export interface TimeWithFlag {
  readonly of: 'key';
  readonly at: number;
  readonly absolute: string;
  readonly from: number;
}

/** Where a command carries an expiry. */
export type ExpiryPlace = TimeAt | TimeOption | TimeWithFlag;

/** A row of the command table, as far as it tells that. */
interface CarriesExpiry {
  readonly expiry?: ExpiryPlace;
}

/** The index of the first argument that may be an option. */
export const optionsFrom = ({ from }: TimeOption, text: ArgumentText): number =>
  typeof from === 'number' ? from : from(text);

/**
 * Whether a command gives its key an expiry as a time that remains: whoever reads the command later than it was run cannot tell
 * when that will be.
 */
export function setsRelativeExpiry({ expiry }: CarriesExpiry, text: ArgumentText, count: number): boolean {
  if (expiry?.of !== 'key') return false;
  if ('unitMs' in expiry) return expiry.relative;
  if ('absolute' in expiry)
    return text(expiry.at) !== '0' && !has(text, count, expiry.from, (option) => option === expiry.absolute);
  return has(text, count, optionsFrom(expiry, text), (option) => EXPIRY_OPTIONS[option]?.relative === true);
}

/** Whether it may: for a command of which only the name is in view. */
export const maySetRelativeExpiry = ({ expiry }: CarriesExpiry): boolean =>
  expiry?.of === 'key' && !('unitMs' in expiry && !expiry.relative);

function has(text: ArgumentText, count: number, from: number, found: (option: string) => boolean): boolean {
  for (let i = from; i < count; i++) if (found(text(i).toUpperCase())) return true;
  return false;
}
