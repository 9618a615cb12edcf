const DEADLINE_MS = 60_000;

/**
 * Measures a rate until it is within a share of its limit. A busy machine may keep it below for a while; nothing may take it
 * beyond, not once.
 * @throws Error with what was measured
 */
export async function expectHeldRate(
  limit: number,
  share: number,
  measure: () => Promise<number>,
): Promise<void> {
  const found: number[] = [];
  const deadline = performance.now() + DEADLINE_MS;
  while (performance.now() < deadline) {
    const rate = await measure();
    found.push(Math.round(rate));
    if (rate > (1 + share) * limit) break;
    if (rate > (1 - share) * limit) return;
  }
  throw new Error(`the limit is ${limit} a second, and measured were ${found.join(', ')}`);
}
