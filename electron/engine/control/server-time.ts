/** The reply of TIME as Unix ms; undefined when it is none. */
export function timeOf(reply: unknown): number | undefined {
  if (!Array.isArray(reply)) return undefined;
  return Number(reply[0]) * 1000 + Math.floor(Number(reply[1]) / 1000);
}
