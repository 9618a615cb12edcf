import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { shownValue } from './usage-error.ts';

const BYTES: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['b', 1],
  ['kb', 1024],
  ['mb', 1024 ** 2],
  ['gb', 1024 ** 3],
  ['tb', 1024 ** 4],
]);
const DURATIONS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/** `8gb`, `512mb`, `1000` → bytes. @throws LockstepError USAGE */
export function parseBytes(text: string, option: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim());
  const bytes = match ? Math.round(Number(match[1]) * (BYTES.get(match[2]!.toLowerCase()) ?? NaN)) : NaN;
  if (!Number.isSafeInteger(bytes))
    throw new LockstepError('USAGE', `${option} takes a size such as 8gb or 512mb, not ${shownValue(text)}`);
  return bytes;
}

/** `720m`, `12h`, `90s` → milliseconds. @throws LockstepError USAGE */
export function parseDuration(text: string, option: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/i.exec(text.trim());
  const ms = match ? Math.round(Number(match[1]) * DURATIONS.get(match[2]!.toLowerCase())!) : NaN;
  if (!Number.isSafeInteger(ms))
    throw new LockstepError(
      'USAGE',
      `${option} takes a duration such as 720m, 12h or 90s, not ${shownValue(text)}`,
    );
  return ms;
}

/** A whole number of at least 0. @throws LockstepError USAGE */
export function parseCount(text: string, option: string): number {
  if (!/^\d{1,15}$/.test(text.trim()))
    throw new LockstepError('USAGE', `${option} takes a whole number, not ${shownValue(text)}`);
  return Number(text);
}

/** A whole number from 0 to 100. @throws LockstepError USAGE */
export function parsePercent(text: string, option: string): number {
  const percent = parseCount(text, option);
  if (percent > 100) throw new LockstepError('USAGE', `${option} takes 0 to 100, not "${text}"`);
  return percent;
}

export function oneOf<T extends string>(text: string, allowed: readonly T[], option: string): T {
  const found = allowed.find((value) => value === text);
  if (found === undefined)
    throw new LockstepError('USAGE', `${option} is one of ${allowed.join(', ')}, not ${shownValue(text)}`);
  return found;
}
