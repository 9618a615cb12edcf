/** The units that sizes are typed in. */
export const BYTE_UNITS = ['KB', 'MB', 'GB', 'TB'] as const;
export type ByteUnit = (typeof BYTE_UNITS)[number];

export const bytesOf = (unit: ByteUnit): number => 1024 ** (BYTE_UNITS.indexOf(unit) + 1);

/** The largest unit in which the size is a number with two decimals at most; `fallback` for none. */
export function unitFor(bytes: number | null, fallback: ByteUnit): ByteUnit {
  if (!bytes) return fallback;
  return BYTE_UNITS.findLast((unit) => bytes >= bytesOf(unit) && isShort(bytes / bytesOf(unit))) ?? 'KB';
}

const isShort = (value: number): boolean => Math.abs(value * 100 - Math.round(value * 100)) < 1e-6;
